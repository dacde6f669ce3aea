# Build types, warnings, compiler cache, linker.
#
#   Release  what `make build` ships: -O2, non-PIE, unused sections dropped
#   Debug    -O0, for an editor's build
#   Asan     AddressSanitizer + UndefinedBehaviorSanitizer, -O1: the unit tests
#   Tsan     ThreadSanitizer, -O1: the concurrent unit tests
#   Fuzz     Asan's checks with coverage counters for libFuzzer; clang only (tests/fuzz/run.py)

get_property(multi_config GLOBAL PROPERTY GENERATOR_IS_MULTI_CONFIG)
if(NOT CMAKE_BUILD_TYPE AND NOT multi_config)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Release, Debug, Asan, Tsan or Fuzz" FORCE)
endif()

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_CXX_SCAN_FOR_MODULES OFF)

set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG -ffunction-sections -fdata-sections")
set(CMAKE_CXX_FLAGS_DEBUG "-O0 -g1")
set(sanitizer_flags "-O1 -g1 -fno-omit-frame-pointer")
# Without what AddressSanitizer and a page at zero find as well: a third of the compiling.
set(CMAKE_CXX_FLAGS_ASAN "${sanitizer_flags} -fsanitize=address,undefined -fno-sanitize=null,alignment,object-size,vptr -fno-sanitize-recover=all")
set(CMAKE_EXE_LINKER_FLAGS_ASAN "-fsanitize=address,undefined")
set(CMAKE_CXX_FLAGS_TSAN "${sanitizer_flags} -fsanitize=thread")
set(CMAKE_EXE_LINKER_FLAGS_TSAN "-fsanitize=thread")
set(CMAKE_CXX_FLAGS_FUZZ "${sanitizer_flags} -fsanitize=address,undefined,fuzzer-no-link -fno-sanitize-recover=all")
set(CMAKE_EXE_LINKER_FLAGS_FUZZ "-fsanitize=address,undefined")

# GCC cannot see through TSan's fences and warns in every Asio header.
if(CMAKE_BUILD_TYPE STREQUAL "Tsan" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  add_compile_options(-Wno-tsan)
endif()

# Non-PIE: no relocations to apply at exec, so the first request is answered sooner and fewer pages become private.
if(CMAKE_BUILD_TYPE STREQUAL "Release")
  add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-fno-pie>)
  add_link_options(-no-pie -Wl,--gc-sections -Wl,-O1 -Wl,--as-needed)
  if(STRATOLITE_STATIC_DEPS)
    add_link_options(-static-libstdc++ -static-libgcc)
  endif()
endif()

set(stratolite_warnings -Wall -Wextra)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # GCC 12 reports false positives inside inlined standard library code (PR105329, PR105562, PR107852).
  list(APPEND stratolite_warnings -Wno-restrict -Wno-maybe-uninitialized -Wno-array-bounds -Wno-stringop-overflow
       -Wno-stringop-overread)
endif()

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # The sloppiness flags are what ccache's manual asks for with precompiled headers.
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      CCACHE_NOHASHDIR=1 "CCACHE_BASEDIR=${CMAKE_SOURCE_DIR}" ${CCACHE_PROGRAM})
  set(stratolite_pch_flags $<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>)
endif()

find_program(MOLD_PROGRAM mold)
find_program(LLD_PROGRAM NAMES ld.lld)
if(MOLD_PROGRAM AND (CMAKE_CXX_COMPILER_ID STREQUAL "Clang" OR CMAKE_CXX_COMPILER_VERSION VERSION_GREATER_EQUAL 12.1))
  add_link_options(-fuse-ld=mold)
  set(image_base "--image-base")
elseif(LLD_PROGRAM)
  add_link_options(-fuse-ld=lld)
  set(image_base "--image-base")
else()
  set(image_base "-Ttext-segment")
endif()

# Not at a multiple of 2 MiB: a kernel that caches the file in huge pages would else map two megabytes of models and
# constants at the first touch, and idle memory would depend on how the file came to be cached.
if(CMAKE_BUILD_TYPE STREQUAL "Release")
  add_link_options(-Wl,${image_base}=0x210000)
endif()
