#pragma once

#include <string>
#include <utility>
#include <vector>

namespace stratolite::cli {

/// What points an AWS client at the daemon, in the order it is printed. For an https:// endpoint the daemon is asked what clients must trust; when
/// it does not answer, that is said on stderr and left out.
std::vector<std::pair<std::string, std::string>> ClientEnvironment(const std::string& endpoint,
                                                                   const std::string& account,
                                                                   const std::string& region);

/// Prints variables as commands of a shell.
void PrintVariables(const std::vector<std::pair<std::string, std::string>>& variables, const std::string& shell);
/// Prints the client's variables as commands of a shell: `sh` (bash, zsh), `fish`, `powershell`, or `dotenv` for files.
int PrintEnvironment(const std::string& endpoint, const std::string& account, const std::string& region,
                     const std::string& shell);

/// Replaces this process by the user's AWS CLI with the variables and `--endpoint-url` set. Credentials and region that are already in the environment stay.
/// Returns only when there is no AWS CLI.
int RunAws(const std::string& endpoint, const std::string& account, const std::string& region,
           const std::vector<std::string>& arguments);

}  // namespace stratolite::cli
