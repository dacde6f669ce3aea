#pragma once

#include "cli/settings.hpp"

namespace stratolite::cli {

struct DataWords {
  bool check = false;
  bool repair = false;
  bool json = false;
};

/// `stratolite doctor --check`: looks at what lies in the data directory, prints a line each (`ok`, `note`, `problem`) and a summary, or one JSON object,
/// and returns 1 if there is a problem. `--repair`: mends first, and says what it did.
int DoctorData(const Settings& settings, const DataWords& words);

}  // namespace stratolite::cli
