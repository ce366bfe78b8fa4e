#pragma once

#include <filesystem>
#include <string>

namespace tsflow::market::massive::testing {

/// A certificate authority made for one test with `openssl`, in a folder that is gone behind it.
class Certificates {
public:
    Certificates();
    ~Certificates();
    Certificates(const Certificates&) = delete;
    Certificates& operator=(const Certificates&) = delete;

    /// What clients are to trust.
    std::filesystem::path authority() const { return folder_ / "ca.pem"; }

    struct Files {
        std::filesystem::path certificate;
        std::filesystem::path key;
    };
    /// A certificate for `name` (`IP:127.0.0.1`, `DNS:localhost`), signed by the authority; with -1 for
    /// `days` it has expired.
    Files issue(const std::string& name, int days = 2) const;
    /// One that nobody vouches for but itself.
    Files self_signed(const std::string& name) const;

private:
    void run(const std::string& command) const;
    std::filesystem::path folder_;
};

}  // namespace tsflow::market::massive::testing
