# The libraries the ledger stands on, as imported targets PkgConfig::LEDGER_*. Used by the build and,
# installed, by ledger-config.cmake for those who link the archives.

find_package(PkgConfig REQUIRED)
set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)

function(ledger_dependency variable module)
  cmake_parse_arguments(ARG "" "LIBRARY;HEADER" "" ${ARGN})
  pkg_check_modules(${variable} QUIET IMPORTED_TARGET GLOBAL ${module})
  if(TARGET PkgConfig::${variable})
    return()
  endif()
  # Some systems ship the library without its pkg-config file.
  find_library(${variable}_LIBRARY ${ARG_LIBRARY})
  find_path(${variable}_INCLUDE_DIR ${ARG_HEADER})
  if((NOT ${variable}_LIBRARY OR NOT ${variable}_INCLUDE_DIR) AND NOT ledger_building)
    return() # who links only the shared objects does not need it
  elseif(NOT ${variable}_LIBRARY OR NOT ${variable}_INCLUDE_DIR)
    message(FATAL_ERROR "cannot find ${module}: install its development package")
  endif()
  add_library(PkgConfig::${variable} INTERFACE IMPORTED GLOBAL)
  set_target_properties(PkgConfig::${variable} PROPERTIES
    INTERFACE_LINK_LIBRARIES "${${variable}_LIBRARY}"
    INTERFACE_INCLUDE_DIRECTORIES "${${variable}_INCLUDE_DIR}")
endfunction()

ledger_dependency(LEDGER_CRYPTO libcrypto LIBRARY crypto HEADER openssl/sha.h)
ledger_dependency(LEDGER_LMDB lmdb LIBRARY lmdb HEADER lmdb.h)
ledger_dependency(LEDGER_SODIUM libsodium LIBRARY sodium HEADER sodium.h)
if(ledger_building)
  ledger_dependency(LEDGER_JANSSON jansson LIBRARY jansson HEADER jansson.h)
  ledger_dependency(LEDGER_SECCOMP libseccomp LIBRARY seccomp HEADER seccomp.h)
endif()
