#include "table_store.hpp"

#include <algorithm>
#include <set>
#include <tuple>

#include "group_type.hpp"
#include "tsflow/error.hpp"
#include "tsflow/text.hpp"

namespace tsflow::market {

namespace {

std::string json_list(const std::vector<std::string>& names) {
    std::string list = "[";
    for (const std::string& name : names) {
        list += list.size() > 1 ? "," : "";
        append_json_text(list, name);
    }
    return list + "]";
}

std::string upper(std::string text) {
    for (char& c : text) {
        if (c >= 'a' && c <= 'z') {
            c = static_cast<char>(c - 'a' + 'A');
        }
    }
    return text;
}

/// The types of cache_entries are words such as `etf_universe`.
std::string type_of_entry(const std::string& text) {
    if (const auto type = group_type(text)) {
        return *type;
    }
    const std::string words = upper(text);
    for (const char* type : {"ETF", "UNIVERSE", "SECTOR", "THEME", "SEGMENT"}) {
        if (words.find(type) != std::string::npos) {
            return type;
        }
    }
    return "CUSTOM";
}

}  // namespace

TableStore::Tables TableStore::tables(TableSession& session) const {
    const bool groups = session.has_table("definition_groups");
    const bool entries = session.has_table("cache_entries");
    if (!groups && !entries) {
        throw Error(place() +
                    " has neither a table definition_groups nor the older cache_entries; `tsflow "
                    "universe import` makes the tables");
    }
    if (groups && !session.has_table("group_memberships")) {
        throw Error(place() + " has a table definition_groups but no group_memberships beside it");
    }
    return {groups, entries};
}

void TableStore::look() {
    const auto session = connect();
    tables(*session);
}

std::vector<TableRow> TableStore::checked(std::vector<TableRow> rows) const {
    for (TableRow& row : rows) {
        if (row.symbol) {
            if (const std::string problem = symbol_problem(*row.symbol); !problem.empty()) {
                throw Error(place() + ", group '" + row.name + "': " + problem);
            }
        }
    }
    return rows;
}

std::vector<Group> TableStore::groups() {
    const auto session = connect();
    const Tables there = tables(*session);
    std::vector<Group> groups;
    const auto add = [&](const std::vector<TableRow>& rows, bool entries) {
        for (std::size_t i = 0; i < rows.size();) {
            const TableRow& first = rows[i];
            std::set<std::string> symbols;
            for (; i < rows.size() && rows[i].group == first.group; ++i) {
                if (rows[i].symbol) {
                    symbols.insert(*rows[i].symbol);
                }
            }
            groups.push_back({first.name, entries ? type_of_entry(first.type) : upper(first.type),
                              first.description, environment_,
                              static_cast<std::int64_t>(symbols.size())});
        }
    };
    if (there.groups) {
        add(checked(session->rows(GroupTable::definition_groups, environment_, {})), false);
    }
    if (there.entries) {
        add(checked(session->rows(GroupTable::cache_entries, environment_, {})), true);
    }
    std::sort(groups.begin(), groups.end(), [](const Group& a, const Group& b) {
        return std::tie(a.name, a.type) < std::tie(b.name, b.type);
    });
    return groups;
}

std::vector<UniverseStore::Found> TableStore::find(const std::vector<std::string>& names) {
    const auto session = connect();
    const Tables there = tables(*session);
    std::vector<Found> found;
    const auto add = [&](const std::vector<TableRow>& rows, bool entries) {
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const TableRow& row = rows[i];
            if (i == 0 || row.group != rows[i - 1].group || row.name != rows[i - 1].name) {
                found.push_back(
                    {row.name, entries ? type_of_entry(row.type) : upper(row.type), {}});
            }
            if (row.symbol) {
                found.back().symbols.push_back(*row.symbol);
            }
        }
    };
    if (there.groups) {
        add(checked(session->rows(GroupTable::definition_groups, environment_, json_list(names))),
            false);
    }
    if (there.entries) {
        std::vector<std::string> rest;
        std::copy_if(names.begin(), names.end(), std::back_inserter(rest), [&](const auto& name) {
            return std::none_of(found.begin(), found.end(),
                                [&](const Found& group) { return group.name == name; });
        });
        if (!rest.empty()) {
            add(checked(session->rows(GroupTable::cache_entries, environment_, json_list(rest))),
                true);
        }
    }
    return found;
}

}  // namespace tsflow::market
