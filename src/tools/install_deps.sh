#!/usr/bin/env bash
# Installs what is missing, with apt: install_deps.sh build|test|bench|tidy|fuzz...
# Says what is missing and why first; does nothing, quickly, when nothing is. sudo only when not root.
# With --dry-run it only says it, and exits 1 when something is missing.
set -euo pipefail

# group | how to see that it is there | Debian/Ubuntu packages, first available wins | why
entries() {
  cat <<'LIST'
build|cmd:g++|g++|C++20 compiler (GCC 12 or newer)
build|cmd:cmake|cmake|build system
build|cmd:ninja|ninja-build|runs the build
build|cmd:ccache|ccache|makes the second build quick
build|cmd:mold|mold|makes linking quick
build|boost:|libboost1.81-dev libboost1.83-dev libboost1.88-dev libboost-dev|Boost.Asio and Boost.Beast: sockets, HTTP
build|hdr:boost/url.hpp|libboost-url1.81-dev libboost-url1.83-dev libboost-url1.88-dev libboost-url-dev|Boost.URL
build|hdr:nlohmann/json.hpp|nlohmann-json3-dev|JSON
build|hdr:sqlite3.h|libsqlite3-dev|the store
build|hdr:openssl/ssl.h|libssl-dev|TLS, SHA-2, HMAC
build|hdr:spdlog/spdlog.h|libspdlog-dev|logging
build|hdr:fmt/format.h|libfmt-dev|text formatting
build|hdr:CLI/CLI.hpp|libcli11-dev|command line
build|hdr:pugixml.hpp|libpugixml-dev|XML input
build|hdr:bzlib.h|libbz2-dev|objects compressed with BZIP2, for S3 Select
build|hdr:re2/re2.h|libre2-dev|patterns of service models, matched in linear time
build|hdr:absl/time/time.h|libabsl-dev|time zones of schedules
build|hdr:xmlsec1/xmlsec/xmldsig.h|libxmlsec1-dev|signatures of SAML responses; loaded when first needed
build|hdr:toml++/toml.h|libtomlplusplus-dev|settings file
test|hdr:gtest/gtest.h|libgtest-dev|unit tests
test|hdr:gmock/gmock.h|libgmock-dev|unit tests
test|file:/usr/share/zoneinfo/Europe/Berlin|tzdata|time zones of schedules
test|cmd:python3|python3|contract and lint tests
test|py:ensurepip|python3-venv|virtual environment with boto3, the AWS CLI and pytest
test|cmd:s3cmd|s3cmd|contract tests with a client that is not of AWS's
test|cmd:s3fs|s3fs|contract tests with a bucket that is mounted
test|cmd:rclone|rclone|contract tests with a client that is not of AWS's
test|cmd:git|git|lint looks at tracked files only
test|file:/etc/ssl/certs/ca-certificates.crt|ca-certificates|downloads from PyPI and npm
bench|cmd:wrk|wrk|HTTP load generator
bench|cmd:nginx|nginx-light nginx|the yardstick
tidy|cmd:clang-tidy|clang-tidy|static analysis
fuzz|cmd:clang++|clang|compiles the fuzz targets
fuzz|clang-rt:fuzzer|libclang-rt-dev libclang-common-14-dev|libFuzzer and the sanitizers for clang
LIST
}

multiarch=$(gcc -print-multiarch 2>/dev/null || echo "$(uname -m)-linux-gnu")
find_header() {
  local root
  for root in /usr/include "/usr/include/$multiarch" /usr/local/include; do
    [[ -e $root/$1 ]] && echo "$root/$1" && return 0
  done
  return 1
}

is_there() {
  local kind=${1%%:*} what=${1#*:} file
  case $kind in
    cmd) command -v "$what" >/dev/null ;;
    hdr) find_header "$what" >/dev/null ;;
    py) python3 -c "import $what" 2>/dev/null ;;
    file) [[ -e $what ]] ;;
    clang-rt) command -v clang >/dev/null && find "$(clang -print-resource-dir)/lib" -name "libclang_rt.$what*" 2>/dev/null | grep -q . ;;
    boost) file=$(find_header boost/version.hpp) && [[ $(awk '/#define BOOST_VERSION /{print $3}' "$file") -ge 108100 ]] ;;
  esac
}

dry_run=false
groups=" "
for argument in "$@"; do
  case $argument in
    --dry-run) dry_run=true ;;
    build | test | bench | tidy | fuzz) groups+="$argument " ;;
    *) echo "install_deps.sh: unknown group '$argument' (build, test, bench, tidy, fuzz)" >&2; exit 2 ;;
  esac
done

missing=()
while IFS='|' read -r group check packages why; do
  [[ $groups == *" $group "* ]] || continue
  is_there "$check" || missing+=("$packages|$why")
done < <(entries)
((${#missing[@]})) || exit 0

echo "Missing:"
for entry in "${missing[@]}"; do printf '  %-22s %s\n' "$(cut -d' ' -f1 <<<"${entry%%|*}")" "${entry#*|}"; done
$dry_run && exit 1
if ! command -v apt-get >/dev/null; then
  echo "No apt-get here: please install these with your system's package manager, then run the same command again." >&2
  exit 1
fi

as_root=()
if ((EUID != 0)); then
  command -v sudo >/dev/null || { echo "Please run as root, or install sudo: the packages above are needed." >&2; exit 1; }
  as_root=(sudo)
fi
export DEBIAN_FRONTEND=noninteractive
echo "Installing them with apt-get${as_root:+ (sudo)} …"
"${as_root[@]}" apt-get update -qq </dev/null || echo "apt-get update failed; trying with the lists that are there." >&2

wanted=()
for entry in "${missing[@]}"; do
  chosen=
  for package in ${entry%%|*}; do
    candidate=$(apt-cache policy "$package" 2>/dev/null | awk '/Candidate:/{print $2}')
    if [[ -n $candidate && $candidate != "(none)" ]]; then chosen=$package; break; fi
  done
  [[ -n $chosen ]] || { echo "No package found for: ${entry%%|*}" >&2; exit 1; }
  wanted+=("$chosen")
done
# --no-remove: an older Boost that something else needs is not thrown out behind its owner's back.
log=$(mktemp)
if ! "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends --no-remove "${wanted[@]}" \
  </dev/null >"$log" 2>&1; then
  tail -n 40 "$log" >&2
  echo "apt-get install failed, see above (whole log: $log)." >&2
  exit 1
fi
rm -f "$log"
