# Every third-party library as one imported or interface target, stratolite::<name>. Static where the
# distribution ships an archive: dynamic linking would cost start time and private pages.

find_package(Threads REQUIRED)

# The archive if there is one, else the shared library; first name found wins.
macro(stratolite_library_file variable)
  set(names)
  foreach(name IN ITEMS ${ARGN})
    if(STRATOLITE_STATIC_DEPS)
      list(APPEND names "lib${name}.a")
    endif()
    list(APPEND names "${name}")
  endforeach()
  find_library(${variable} NAMES ${names})
  mark_as_advanced(${variable})
endmacro()

function(stratolite_find_library target)
  cmake_parse_arguments(arg "" "HEADER;PACKAGE" "NAMES;LINK" ${ARGN})
  find_path(${target}_INCLUDE_DIR "${arg_HEADER}")
  set(library)
  if(arg_NAMES)
    stratolite_library_file(${target}_LIBRARY ${arg_NAMES})
    if(NOT ${target}_LIBRARY)
      message(FATAL_ERROR "Library '${arg_NAMES}' was not found: install ${arg_PACKAGE} (or run src/tools/install_deps.sh build)")
    endif()
    set(library "${${target}_LIBRARY}")
  endif()
  if(NOT ${target}_INCLUDE_DIR)
    message(FATAL_ERROR "<${arg_HEADER}> was not found: install ${arg_PACKAGE} (or run src/tools/install_deps.sh build)")
  endif()
  mark_as_advanced(${target}_INCLUDE_DIR)
  add_library(stratolite_dep_${target} INTERFACE)
  target_include_directories(stratolite_dep_${target} SYSTEM INTERFACE "${${target}_INCLUDE_DIR}")
  target_link_libraries(stratolite_dep_${target} INTERFACE ${library} ${arg_LINK})
  add_library(stratolite::${target} ALIAS stratolite_dep_${target})
endfunction()

stratolite_find_library(json HEADER nlohmann/json.hpp PACKAGE nlohmann-json3-dev)
stratolite_find_library(cli11 HEADER CLI/CLI.hpp PACKAGE libcli11-dev)
stratolite_find_library(toml HEADER toml++/toml.h PACKAGE libtomlplusplus-dev)
stratolite_find_library(sqlite NAMES sqlite3 HEADER sqlite3.h PACKAGE libsqlite3-dev LINK ${CMAKE_DL_LIBS} m Threads::Threads)
stratolite_find_library(pugixml NAMES pugixml HEADER pugixml.hpp PACKAGE libpugixml-dev)
stratolite_find_library(re2 NAMES re2 HEADER re2/re2.h PACKAGE libre2-dev LINK Threads::Threads)
file(STRINGS "${re2_INCLUDE_DIR}/re2/re2.h" re2_needs_abseil REGEX "#include .absl/" LIMIT_COUNT 1)
if(re2_needs_abseil)  # since 2023-06 (Debian 13): its archive would pull in dozens more
  find_library(re2_SHARED_LIBRARY NAMES re2 REQUIRED)
  set_target_properties(stratolite_dep_re2 PROPERTIES INTERFACE_LINK_LIBRARIES "${re2_SHARED_LIBRARY};Threads::Threads")
endif()
stratolite_find_library(crypto NAMES crypto HEADER openssl/evp.h PACKAGE libssl-dev LINK ${CMAKE_DL_LIBS} Threads::Threads)
stratolite_find_library(ssl NAMES ssl HEADER openssl/ssl.h PACKAGE libssl-dev LINK stratolite::crypto)
stratolite_find_library(url NAMES boost_url HEADER boost/url.hpp PACKAGE "libboost-url1.81-dev or newer")
stratolite_find_library(fmt_headers HEADER fmt/format.h PACKAGE libfmt-dev)
stratolite_find_library(spdlog_headers HEADER spdlog/spdlog.h PACKAGE libspdlog-dev)

# Abseil's archives say nothing about each other, and newer ones are split into more.
stratolite_find_library(time_zones NAMES absl_time HEADER absl/time/time.h PACKAGE libabsl-dev LINK Threads::Threads)
foreach(part IN ITEMS time_zone civil_time strings strings_internal string_view int128 throw_delegate base spinlock_wait raw_logging_internal log_severity)
  stratolite_library_file(absl_${part}_LIBRARY absl_${part})
  if(absl_${part}_LIBRARY)
    target_link_libraries(stratolite_dep_time_zones INTERFACE "${absl_${part}_LIBRARY}")
  endif()
endforeach()

file(STRINGS "${url_INCLUDE_DIR}/boost/version.hpp" boost_version REGEX "#define BOOST_VERSION [0-9]+")
string(REGEX REPLACE ".* ([0-9]+)" "\\1" boost_version "${boost_version}")
if(boost_version LESS 108100)
  message(FATAL_ERROR "Boost 1.81 or newer is needed, found ${boost_version}")
endif()

# fmt and spdlog come without an archive in Debian and header-only they cost every source seconds: compiled here, once.
add_library(stratolite_logging STATIC src/third_party/fmt.cpp src/third_party/spdlog.cpp)
target_compile_definitions(stratolite_logging PUBLIC SPDLOG_COMPILED_LIB SPDLOG_FMT_EXTERNAL)
target_link_libraries(stratolite_logging PUBLIC stratolite::spdlog_headers stratolite::fmt_headers Threads::Threads)
add_library(stratolite::logging ALIAS stratolite_logging)

# The same for the non-template halves of Asio and Beast.
add_library(stratolite_asio STATIC src/third_party/asio.cpp)
target_compile_definitions(stratolite_asio PUBLIC BOOST_ASIO_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED BOOST_ALL_NO_LIB)
target_link_libraries(stratolite_asio PUBLIC stratolite::url stratolite::ssl Threads::Threads)
add_library(stratolite::asio ALIAS stratolite_asio)

add_library(stratolite_beast STATIC src/third_party/beast.cpp)
target_compile_definitions(stratolite_beast PUBLIC BOOST_BEAST_SEPARATE_COMPILATION)
target_link_libraries(stratolite_beast PUBLIC stratolite_asio)
add_library(stratolite::beast ALIAS stratolite_beast)

# Undefined-behaviour checks inside them are not ours to fix, and double their compile time. Address checks stay.
if(CMAKE_BUILD_TYPE MATCHES "^(Asan|Fuzz)$")
  foreach(library IN ITEMS logging asio beast)
    target_compile_options(stratolite_${library} PRIVATE -fno-sanitize=undefined)
  endforeach()
endif()
