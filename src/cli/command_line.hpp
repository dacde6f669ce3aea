#pragma once

namespace stratolite::cli {

/// The whole command line: parses, runs the command, returns the process's exit status. 2: the words were not understood; 1: they could not be done.
/// Prints to stdout and stderr; throws nothing.
int Main(int argc, const char* const* argv, const char* const* environment);

}  // namespace stratolite::cli
