/*
 * plant_race.c - wrong on purpose, for a control: two threads count in one place without a lock.
 */
#include <pthread.h>
#include <stdio.h>

static long counted;

static void *count(void *unused)
{
    for (long i = 0; i < 100000; i++) {
        counted++;
    }
    return unused;
}

int main(void)
{
    pthread_t other;
    if (pthread_create(&other, NULL, count, NULL) != 0) {
        return 2;
    }
    count(NULL);
    if (pthread_join(other, NULL) != 0) {
        return 2;
    }
    printf("%ld\n", counted);
    return 0;
}
