#include <unistd.h>

#include "cli/command_line.hpp"

int main(int argc, char** argv) { return stratolite::cli::Main(argc, argv, environ); }
