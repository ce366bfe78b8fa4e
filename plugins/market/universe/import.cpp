#include "universe/import.hpp"

#include <map>
#include <memory>
#include <set>
#include <utility>

#include "csv_files.hpp"
#include "reference.hpp"
#include "table_writer.hpp"
#include "tsflow/error.hpp"
#include "tsflow/text.hpp"
#include "universe/universe.hpp"

namespace tsflow::market {

namespace {

using GroupKey = std::pair<std::string, std::string>;

std::unique_ptr<TableWriter> open_writer(std::string_view reference) {
    const Reference parsed = parse_reference(reference);
    switch (parsed.kind) {
        case ReferenceKind::sqlite:
            return write_sqlite(parsed.place);
        case ReferenceKind::postgres:
            return write_postgres(parsed.place);
        default:
            throw Error("members are imported into sqlite:FILE or postgres://…, and not into " +
                        (reference.empty() ? std::string{"the universes that come with tsflow"}
                                           : "'" + shown_reference(reference) + "'"));
    }
}

void append_separator(std::string& json) {
    if (json.size() > 1) {
        json += ',';
    }
}

std::string members_json(const std::vector<const MemberRow*>& rows) {
    std::string json = "[";
    for (const MemberRow* row : rows) {
        append_separator(json);
        json += "{\"symbol\":";
        append_json_text(json, row->symbol);
        if (!row->weight.empty()) {
            json += ",\"weight\":";
            append_json_text(json, row->weight);
        }
        json += '}';
    }
    return json + "]";
}

std::string symbols_json(const std::set<std::string>& symbols) {
    std::string json = "[";
    for (const std::string& symbol : symbols) {
        append_separator(json);
        append_json_text(json, symbol);
    }
    return json + "]";
}

}  // namespace

MemberList read_member_list(const std::filesystem::path& file) {
    const std::string name = file.string();
    MemberList list;
    std::map<std::pair<GroupKey, std::string>, std::size_t> lines;
    for (MemberRow& row : parse_members(name, read_text(file))) {
        const auto [earlier, is_new] =
            lines.try_emplace({{row.group, row.type}, row.symbol}, row.line);
        if (is_new) {
            list.members.push_back(std::move(row));
        } else {
            list.duplicates.push_back(name + ":" + std::to_string(row.line) + ": " + row.symbol +
                                      " is in '" + row.group + "' since line " +
                                      std::to_string(earlier->second) + "; this row is left out");
        }
    }
    return list;
}

Imported import_members(std::string_view reference, std::string_view environment,
                        const std::vector<MemberRow>& members, bool replace) {
    const auto writer = open_writer(reference);
    std::map<GroupKey, std::vector<const MemberRow*>> groups;
    for (const MemberRow& member : members) {
        groups[{member.group, member.type}].push_back(&member);
    }
    Imported imported;
    for (const auto& [key, rows] : groups) {
        const auto [id, made] = writer->group(key.first, key.second, std::string{environment});
        imported.groups += 1;
        imported.made += made ? 1 : 0;
        const std::vector<std::string> before = writer->members(id);
        std::set<std::string> others(before.begin(), before.end());
        for (const MemberRow* row : rows) {
            ++(others.erase(row->symbol) > 0 ? imported.kept : imported.added);
        }
        writer->put(id, members_json(rows));
        if (replace && !others.empty()) {
            writer->remove(id, symbols_json(others));
            imported.removed += static_cast<std::int64_t>(others.size());
        }
    }
    writer->commit();
    return imported;
}

}  // namespace tsflow::market
