#include "rest_page.hpp"

#include <utility>

#include "tsflow/error.hpp"
#include "wire_values.hpp"

namespace tsflow::market::massive {

namespace {

using simdjson::ondemand::object;
using simdjson::ondemand::value;

[[noreturn]] void refuse(std::string_view what, std::string_view json, std::string_view kind) {
    constexpr std::size_t shown = 200;
    const bool cut = json.size() > shown;
    throw Error("The reply of the REST service is no page of " + std::string{kind} + ": " +
                std::string{what} + ". It begins '" + std::string{json.substr(0, shown)} +
                (cut ? "…'" : "'"));
}

}  // namespace

void check_json(simdjson::error_code error, std::string_view json, std::string_view kind) {
    if (error != simdjson::SUCCESS) {
        refuse(simdjson::error_message(error), json, kind);
    }
}

PageFrame read_page(std::string_view json, std::string_view kind,
                    const std::function<bool(object& entry)>& take) {
    const auto check = [&](simdjson::error_code error) { check_json(error, json, kind); };
    PageFrame page;
    const auto read_results = [&](value results) {
        if (wire::trimmed(results.raw_json_token()) == "null") {
            return;
        }
        simdjson::ondemand::array entries;
        check(results.get_array().get(entries));
        for (auto item : entries) {
            value element;
            check(std::move(item).get(element));
            object entry;
            const simdjson::error_code error = element.get_object().get(entry);
            if (error != simdjson::INCORRECT_TYPE) {
                check(error);
            }
            page.unreadable += error == simdjson::SUCCESS && take(entry) ? 0 : 1;
        }
    };

    const simdjson::padded_string padded{json};
    simdjson::ondemand::parser parser;
    simdjson::ondemand::document document;
    object reply;
    check(parser.iterate(padded).get(document));
    check(document.get_object().get(reply));
    std::string status;
    for (auto item : reply) {
        simdjson::ondemand::field field;
        check(std::move(item).get(field));
        const simdjson::ondemand::raw_json_string name = field.key();
        std::string_view text;
        if (name.unsafe_is_equal("results")) {
            read_results(field.value());
        } else if (name.unsafe_is_equal("next_url")) {
            page.next = field.value().get_string().get(text) == simdjson::SUCCESS ? text : "";
        } else if (name.unsafe_is_equal("status")) {
            status = field.value().get_string().get(text) == simdjson::SUCCESS ? text : "";
        }
    }
    const char* trailing = nullptr;
    if (document.current_location().get(trailing) == simdjson::SUCCESS) {
        refuse("something follows it", json, kind);
    }
    if (status == "ERROR" || status == "NOT_AUTHORIZED") {
        refuse("its status is " + status, json, kind);
    }
    return page;
}

}  // namespace tsflow::market::massive
