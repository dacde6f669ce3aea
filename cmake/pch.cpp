// Exists so that CMake has a source to hang the precompiled header on.
