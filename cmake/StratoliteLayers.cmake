# Layers, services, programs and their precompiled headers.
#
# A layer is src/<name>/*.cpp, a service services/<name>/*.cpp: new files are found by themselves. Each is a static
# library compiled as a few unity files. A layer without sources yet is an empty interface library.

add_library(stratolite_settings INTERFACE)
target_include_directories(stratolite_settings INTERFACE
    "${CMAKE_SOURCE_DIR}/include" "${CMAKE_SOURCE_DIR}/src" "${CMAKE_SOURCE_DIR}/services")
target_compile_options(stratolite_settings INTERFACE $<$<COMPILE_LANGUAGE:CXX>:${stratolite_warnings}>
                       $<$<COMPILE_LANGUAGE:CXX>:${stratolite_pch_flags}>)
target_compile_definitions(stratolite_settings INTERFACE STRATOLITE_VERSION="${PROJECT_VERSION}"
                           BOOST_ASIO_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED BOOST_BEAST_SEPARATE_COMPILATION BOOST_ALL_NO_LIB)
target_link_libraries(stratolite_settings INTERFACE stratolite::json stratolite::logging)

if(STRATOLITE_PCH)
  add_library(stratolite_pch STATIC cmake/pch.cpp)
  target_link_libraries(stratolite_pch PUBLIC stratolite_settings)
  target_precompile_headers(stratolite_pch PRIVATE cmake/pch.hpp)
endif()

# Unity batches: large enough to share header work, small enough that two cores have something to do each.
function(stratolite_compile_settings target batch)
  set_target_properties(${target} PROPERTIES UNITY_BUILD ${STRATOLITE_UNITY} UNITY_BUILD_BATCH_SIZE ${batch})
  if(STRATOLITE_PCH)
    target_precompile_headers(${target} REUSE_FROM stratolite_pch)
  endif()
  # A unity file includes sources, and GCC takes a coroutine or member whose type an anonymous namespace of an included file holds for a mistake.
  if(STRATOLITE_UNITY AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND target MATCHES "_(http|daemon)$")
    target_compile_options(${target} PRIVATE -Wno-subobject-linkage)
  endif()
endfunction()

# stratolite_add_layer(<name> [DEPENDS <layer>...] [THIRD_PARTY <target>...] [SERVICES])
# SERVICES: links every service and the embedded models too.
function(stratolite_add_layer name)
  cmake_parse_arguments(arg "SERVICES" "" "DEPENDS;THIRD_PARTY" ${ARGN})
  set(libraries stratolite_settings ${arg_THIRD_PARTY})
  foreach(layer IN LISTS arg_DEPENDS)
    list(APPEND libraries stratolite_${layer})
  endforeach()
  if(arg_SERVICES)
    get_property(services GLOBAL PROPERTY STRATOLITE_SERVICES)
    foreach(service IN LISTS services)
      list(APPEND libraries stratolite_service_${service})
    endforeach()
    list(APPEND libraries stratolite_models)
  endif()
  file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/src/${name}/*.cpp")
  if(sources)
    add_library(stratolite_${name} STATIC ${sources})
    stratolite_compile_settings(stratolite_${name} 8)
    target_link_libraries(stratolite_${name} PUBLIC ${libraries})
  else()
    add_library(stratolite_${name} INTERFACE)
    target_link_libraries(stratolite_${name} INTERFACE ${libraries})
  endif()
endfunction()

# stratolite_add_service(<name> [sources...]): called by services/<name>/CMakeLists.txt. Without sources: all *.cpp there.
function(stratolite_add_service name)
  set(sources ${ARGN})
  if(NOT sources)
    file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cpp")
  endif()
  if(NOT sources)
    return()
  endif()
  add_library(stratolite_service_${name} STATIC ${sources})
  stratolite_compile_settings(stratolite_service_${name} 16)
  target_link_libraries(stratolite_service_${name} PUBLIC stratolite_service)
  set_property(GLOBAL APPEND PROPERTY STRATOLITE_SERVICES ${name})
endfunction()

# stratolite_add_program(<name> <source> [FOLDER <dir in the build folder>] LIBRARIES <target>...): tolerates a source that is not there.
function(stratolite_add_program name source)
  cmake_parse_arguments(arg "" "FOLDER" "LIBRARIES" ${ARGN})
  file(GLOB found CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/${source}")
  if(NOT found)
    return()
  endif()
  add_executable(${name} "${CMAKE_SOURCE_DIR}/${source}")
  if(STRATOLITE_PCH)
    target_precompile_headers(${name} REUSE_FROM stratolite_pch)
  endif()
  target_link_libraries(${name} PRIVATE stratolite_settings ${arg_LIBRARIES})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/${arg_FOLDER}")
endfunction()
