#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include <simdjson.h>

namespace tsflow::market::massive {

/// What every page of the REST service has around its entries.
struct PageFrame {
    std::string next;  ///< URL of the next page; empty: this was the last
    std::uint64_t unreadable =
        0;  ///< entries of `results` that `take` refused, or that are no objects
};

/// Reads a reply's body, and gives each object in `results` to `take`. `kind` is what the page is of, for
/// messages: "aggregates". Throws Error when it is no such reply.
PageFrame read_page(std::string_view json, std::string_view kind,
                    const std::function<bool(simdjson::ondemand::object& entry)>& take);

/// What `take` says to what simdjson refuses: throws as read_page().
void check_json(simdjson::error_code error, std::string_view json, std::string_view kind);

}  // namespace tsflow::market::massive
