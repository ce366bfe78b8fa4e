#pragma once

#include <string>
#include <string_view>

namespace tsflow::market::massive {

/// Scheme, host and port of a web address: what decides whether two addresses are the same server's.
struct Origin {
    bool tls = true;
    std::string host;  ///< lower case, an IPv6 address without its brackets
    std::string port;

    bool operator==(const Origin&) const = default;
    /// `https://api.massive.com`; the port only where it is not the scheme's own.
    std::string text() const;
    /// As the Host header has it.
    std::string authority() const;
};

/// An address taken apart.
struct Address {
    Origin origin;
    std::string target;  ///< path and query as they stand, at least `/`
};

/// Throws Error, saying what is wrong with it, when `url` is no http(s) address. It shows only the
/// part before any query, where a key might be.
Address parse_address(std::string_view url);

}  // namespace tsflow::market::massive
