# Service models: services/<name>/model.json -> models/<name>.bin -> .rodata.
#
# `compile_models <model.json> <out.bin>` runs at build time. The tables are joined by one assembly file, so that they
# are mapped with the program, have no relocations and no initialisers, and cost nothing until they are looked at.
# Symbols (see cmake/models.S.in): stratolite_model_count, stratolite_model_index, stratolite_model_data.

function(stratolite_add_models)
  add_library(stratolite_models INTERFACE)
  file(GLOB tool CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/src/tools/compile_models.cpp")
  file(GLOB models CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/services/*/model.json")
  if(NOT tool)
    return()
  endif()
  stratolite_add_program(compile_models src/tools/compile_models.cpp FOLDER tools LIBRARIES stratolite_wire)

  set(tables)
  set(entries "")
  set(blobs "")
  set(names "")
  set(count 0)
  foreach(model IN LISTS models)
    get_filename_component(directory "${model}" DIRECTORY)
    get_filename_component(name "${directory}" NAME)
    set(table "${CMAKE_BINARY_DIR}/models/${name}.bin")
    add_custom_command(OUTPUT "${table}"
        COMMAND ${CMAKE_COMMAND} -E make_directory "${CMAKE_BINARY_DIR}/models"
        COMMAND ${CMAKE_COMMAND} -E env ASAN_OPTIONS=detect_leaks=0 $<TARGET_FILE:compile_models> "${model}" "${table}"
        DEPENDS compile_models "${model}"
        COMMENT "Compiling service model ${name}"
        VERBATIM)
    list(APPEND tables "${table}")
    string(APPEND entries "  .4byte name_${count} - stratolite_model_data, name_${count}_end - name_${count}\n"
                          "  .4byte model_${count} - stratolite_model_data, model_${count}_end - model_${count}\n")
    string(APPEND names "name_${count}: .ascii \"${name}\"\nname_${count}_end:\n")
    string(APPEND blobs "  .balign 64\nmodel_${count}: .incbin \"${table}\"\nmodel_${count}_end:\n")
    math(EXPR count "${count} + 1")
  endforeach()
  configure_file("${CMAKE_SOURCE_DIR}/cmake/models.S.in" "${CMAKE_BINARY_DIR}/models.S" @ONLY)
  set_source_files_properties("${CMAKE_BINARY_DIR}/models.S" PROPERTIES OBJECT_DEPENDS "${tables}")
  # An object and not an archive: the registry in src/wire refers to the symbols weakly (compile_models itself links without them).
  add_library(stratolite_models_objects OBJECT "${CMAKE_BINARY_DIR}/models.S")
  target_sources(stratolite_models INTERFACE $<TARGET_OBJECTS:stratolite_models_objects>)
endfunction()
