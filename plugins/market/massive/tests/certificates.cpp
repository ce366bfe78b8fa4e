#include "certificates.hpp"

#include <stdlib.h>

#include <cstdlib>
#include <stdexcept>
#include <system_error>

namespace tsflow::market::massive::testing {

namespace {

const std::string new_key = " -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes ";

}  // namespace

Certificates::Certificates() {
    std::string name = (std::filesystem::temp_directory_path() / "massive_tls_XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) {
        throw std::runtime_error("no folder can be made at " + name);
    }
    folder_ = name;
    run("openssl req -x509 -days 2" + new_key + "-keyout ca.key -out ca.pem -subj /CN=authority");
}

Certificates::~Certificates() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

void Certificates::run(const std::string& command) const {
    const std::string quiet = "cd '" + folder_.string() + "' && " + command + " >log 2>&1";
    if (std::system(quiet.c_str()) != 0) {
        throw std::runtime_error("this failed: " + quiet);
    }
}

Certificates::Files Certificates::issue(const std::string& name, int days) const {
    run("openssl req" + new_key +
        "-keyout server.key -out server.csr -subj /CN=server -addext 'subjectAltName=" + name +
        "'");
    run("openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial "
        "-out server.pem -copy_extensions copy -days " +
        std::to_string(days));
    return {folder_ / "server.pem", folder_ / "server.key"};
}

Certificates::Files Certificates::self_signed(const std::string& name) const {
    run("openssl req -x509 -days 2" + new_key +
        "-keyout alone.key -out alone.pem -subj /CN=alone -addext 'subjectAltName=" + name + "'");
    return {folder_ / "alone.pem", folder_ / "alone.key"};
}

}  // namespace tsflow::market::massive::testing
