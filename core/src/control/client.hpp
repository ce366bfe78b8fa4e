#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "config/listen.hpp"

namespace tsflow::control {

/// Where a running pipeline answers.
struct Endpoint {
    ListenAddress address;
    std::string token;  ///< empty: none
};

struct Reply {
    int status = 0;
    std::string body;
};

/// Asks once. Throws Error, which names the address, when nobody answers.
Reply get(const Endpoint& endpoint, std::string_view target);

/// Asks for a body without end and hands on its pieces as they come, until it ends or `take` returns false.
/// A status other than 200 comes back with its body, and nothing is handed on.
Reply follow(const Endpoint& endpoint, std::string_view target,
             const std::function<bool(std::string_view)>& take);

}  // namespace tsflow::control
