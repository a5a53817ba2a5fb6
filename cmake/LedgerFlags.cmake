# Compiler and linker options of everything that is built here.

include(CheckCCompilerFlag)
include(CheckPIESupported)
check_pie_supported(LANGUAGES C)

set(CMAKE_C_STANDARD 17)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_C_VISIBILITY_PRESET hidden)
set(CMAKE_C_FLAGS_RELWITHDEBINFO "-O2 -g") # assertions are never compiled out: no NDEBUG
set(CMAKE_C_FLAGS_RELEASE "-O2")

add_compile_definitions(_GNU_SOURCE LEDGER_VERSION="${PROJECT_VERSION}")
add_compile_options(
  -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wmissing-prototypes
  -Wstrict-prototypes -Wundef -Wcast-qual -Wvla -Wformat=2 -Wnull-dereference
  -Wimplicit-fallthrough)
if(LEDGER_WERROR)
  add_compile_options(-Werror)
endif()

# The same sources give the same bytes in whatever directory they are built.
add_compile_options(-ffile-prefix-map=${PROJECT_SOURCE_DIR}=.
                    -ffile-prefix-map=${PROJECT_BINARY_DIR}=./build)

add_compile_options(-ffunction-sections -fdata-sections)

# Hardening. Each is asked of the compiler first: not every one knows all of them.
foreach(flag -fstack-protector-strong -fstack-clash-protection -fcf-protection=full
             -ftrivial-auto-var-init=zero)
  string(MAKE_C_IDENTIFIER "LEDGER_HAS${flag}" known)
  check_c_compiler_flag(${flag} ${known})
  if(${known})
    add_compile_options(${flag})
  endif()
endforeach()
add_link_options(-Wl,-z,relro,-z,now -Wl,-z,noexecstack)

if(LEDGER_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
  add_link_options(-fsanitize=fuzzer-no-link)
endif()

if(LEDGER_SANITIZE)
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all
                      -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
  add_compile_definitions(LEDGER_NO_SANDBOX) # they do what no reader does: map code, trace, fork
else()
  # Fortified functions exist only in optimised code, and hide from the sanitizers.
  add_compile_options("$<$<NOT:$<CONFIG:Debug>>:-U_FORTIFY_SOURCE;-D_FORTIFY_SOURCE=3>")
endif()
