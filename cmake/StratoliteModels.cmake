# Service models: services/<name>/model.json -> models/<name>.bin -> .rodata.
#
# `compile_models` compiles each and writes one source that takes them in by .incbin, with the index of all. Nothing of it
# runs or is relocated at start, and a model's pages are touched only when its service is used.

# For measuring what many models cost (tests/bench/measure_models.py).
set(STRATOLITE_EXTRA_MODELS "" CACHE PATH "A folder with further <name>/model.json to link in")

function(stratolite_add_models)
  add_library(stratolite_models INTERFACE)
  file(GLOB tool CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/src/tools/compile_models.cpp")
  file(GLOB models CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/services/*/model.json")
  if(NOT tool OR NOT models)
    return()
  endif()
  if(STRATOLITE_EXTRA_MODELS)
    file(GLOB extra_models CONFIGURE_DEPENDS "${STRATOLITE_EXTRA_MODELS}/*/model.json")
    list(APPEND models ${extra_models})
  endif()
  stratolite_add_program(compile_models src/tools/compile_models.cpp FOLDER tools LIBRARIES stratolite_wire)
  set(compile ${CMAKE_COMMAND} -E env ASAN_OPTIONS=detect_leaks=0 $<TARGET_FILE:compile_models>)
  set(directory "${CMAKE_BINARY_DIR}/models")
  file(MAKE_DIRECTORY "${directory}")

  # Results are replaced only when they differ: a change in the wire layer rebuilds the compiler, seldom the models.
  set(blocks)
  foreach(model IN LISTS models)
    get_filename_component(service_directory "${model}" DIRECTORY)
    get_filename_component(name "${service_directory}" NAME)
    set(block "${directory}/${name}.bin")
    add_custom_command(OUTPUT "${block}"
        COMMAND ${compile} "${model}" "${block}.new" "${name}"
        COMMAND ${CMAKE_COMMAND} -E copy_if_different "${block}.new" "${block}"
        DEPENDS compile_models "${model}"
        COMMENT "Compiling service model ${name}"
        VERBATIM)
    list(APPEND blocks "${block}")
  endforeach()
  set(source "${directory}/linked_models.cpp")
  add_custom_command(OUTPUT "${source}"
      COMMAND ${compile} --embed "${source}.new" ${blocks}
      COMMAND ${CMAKE_COMMAND} -E copy_if_different "${source}.new" "${source}"
      DEPENDS compile_models ${blocks}
      COMMENT "Linking the service models"
      VERBATIM)
  set_source_files_properties("${source}" PROPERTIES OBJECT_DEPENDS "${blocks}" SKIP_PRECOMPILE_HEADERS ON)

  # An object and not an archive: the registry in src/wire refers to it weakly, and a weak reference pulls nothing out of an archive.
  add_library(stratolite_models_object OBJECT "${source}")
  target_link_libraries(stratolite_models_object PRIVATE stratolite_settings)
  target_sources(stratolite_models INTERFACE $<TARGET_OBJECTS:stratolite_models_object>)
  stratolite_add_permissions("${directory}")
endfunction()

# services/<name>/permissions.json -> models/permissions.bin -> .rodata: which permissions operations need, all services in one block.
function(stratolite_add_permissions directory)
  file(GLOB files CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/services/*/permissions.json")
  stratolite_add_program(compile_permissions src/tools/compile_permissions.cpp FOLDER tools LIBRARIES stratolite_base)
  set(named)
  foreach(file IN LISTS files)
    get_filename_component(service_directory "${file}" DIRECTORY)
    get_filename_component(name "${service_directory}" NAME)
    list(APPEND named "${name}=${file}")
  endforeach()
  set(block "${directory}/permissions.bin")
  set(source "${directory}/linked_permissions.cpp")
  add_custom_command(OUTPUT "${block}" "${source}"
      COMMAND ${CMAKE_COMMAND} -E env ASAN_OPTIONS=detect_leaks=0 $<TARGET_FILE:compile_permissions> "${block}" "${source}" ${named}
      DEPENDS compile_permissions ${files}
      COMMENT "Compiling the permissions of operations"
      VERBATIM)
  set_source_files_properties("${source}" PROPERTIES OBJECT_DEPENDS "${block}" SKIP_PRECOMPILE_HEADERS ON)
  add_library(stratolite_permissions_object OBJECT "${source}")
  target_link_libraries(stratolite_permissions_object PRIVATE stratolite_settings)
  target_sources(stratolite_models INTERFACE $<TARGET_OBJECTS:stratolite_permissions_object>)
endfunction()
