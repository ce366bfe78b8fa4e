#include <nlohmann/json.hpp>

#include "config/diagnostics.hpp"

namespace tsflow {

std::string Diagnostics::to_json() const {
    auto list = nlohmann::ordered_json::array();
    for (const Diagnostic& entry : sorted()) {
        nlohmann::ordered_json item;
        item["file"] = file_;
        item["line"] = entry.at.line;
        item["column"] = entry.at.column;
        item["severity"] = entry.severity == Severity::error ? "error" : "warning";
        item["path"] = entry.path;
        item["message"] = entry.message;
        item["suggestion"] = nullptr;
        if (!entry.nearest.empty()) {
            item["suggestion"] = entry.nearest;
        }
        list.push_back(std::move(item));
    }
    // Names of files, and texts quoted from broken files, need not be UTF-8.
    return list.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace tsflow
