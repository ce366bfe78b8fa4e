#include <fmt/format.h>

#include "cli/explain.hpp"
#include "runtime/metrics_json.hpp"

namespace tsflow::cli {
namespace {

std::string joined(const std::vector<std::string>& texts, std::string_view between) {
    return fmt::format("{}", fmt::join(texts, between));
}

std::vector<std::string> names_on(const Plan& plan, const PathGuarantee& path) {
    std::vector<std::string> names;
    for (const std::size_t node : path.path) {
        names.push_back(plan.nodes[node].spec.path);
    }
    return names;
}

std::string run_text(const RunRecord& run) {
    return fmt::format("tsflow {}, configuration {} of {}, started {}", run.version,
                       run.fingerprint, run.file, format_timestamp(run.started));
}

std::string run_json(const RunRecord& run) {
    return fmt::format(R"({{"started":"{}","version":{},"fingerprint":{},"file":{}}})",
                       format_timestamp(run.started), json_string(run.version),
                       json_string(run.fingerprint), json_string(run.file));
}

std::string receipt_json(const Receipt& receipt) {
    return fmt::format(
        R"({{"source":{},"port":{},"offset":{},"segment":{},"appended":"{}","run":{},"record":{}}})",
        json_string(receipt.source), json_string(receipt.port), receipt.offset,
        json_string(receipt.segment), format_timestamp(receipt.appended),
        receipt.run ? run_json(*receipt.run) : "null", receipt.record);
}

}  // namespace

std::string explain_text(const Explanation& found) {
    const NodeSpec& sink = found.plan.nodes[found.sink].spec;
    std::string text = fmt::format("{} of {} ({}): {}\n", found.table, sink.path, sink.type,
                                   joined(found.key, " "));
    for (const PathGuarantee& path : found.paths) {
        text += fmt::format("  {}: {}{}\n", joined(names_on(found.plan, path), " → "),
                            to_string(path.guarantee),
                            path.reason.empty() ? "" : " (" + path.reason + ")");
    }
    for (const Receipt& receipt : found.receipts) {
        text += fmt::format("\nreceived by {} on port {} at {}\n", receipt.source, receipt.port,
                            format_timestamp(receipt.appended));
        text += fmt::format("  journal  offset {} in {}\n", receipt.offset, receipt.segment);
        text += fmt::format("  record   {}\n", receipt.record);
        text += receipt.run ? fmt::format("  run      {}\n", run_text(*receipt.run)) : "";
    }
    if (found.receipts.size() > 1) {
        text +=
            fmt::format("\n{} versions; later ones replace earlier ones\n", found.receipts.size());
    }
    if (found.receipts.empty()) {
        text += "\nno journal holds a row with this key any more, or ever\n";
        for (const std::string& source : found.unrecorded) {
            text += fmt::format(
                "  {} has no journal: what it sent can only be read from it again\n", source);
        }
        if (!found.runs.empty()) {
            text += fmt::format("  the last run was {}\n", run_text(found.runs.back()));
        }
    }
    return text;
}

std::string explain_json(const Explanation& found) {
    const auto text = [](const std::string& item) { return json_string(item); };
    const auto path_json = [&](const PathGuarantee& path) {
        return fmt::format(R"({{"path":{},"guarantee":"{}","reason":{}}})",
                           json_array(names_on(found.plan, path), text), to_string(path.guarantee),
                           json_string(path.reason));
    };
    return fmt::format(
        R"({{"table":{},"sink":{},"key":{},"paths":{},"receipts":{},"without_journal":{}}})"
        "\n",
        json_string(found.table), json_string(found.plan.nodes[found.sink].spec.path),
        json_array(found.key, text), json_array(found.paths, path_json),
        json_array(found.receipts, receipt_json), json_array(found.unrecorded, text));
}

}  // namespace tsflow::cli
