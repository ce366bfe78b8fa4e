#pragma once

#include <functional>
#include <string>

/// What holds of groups in tables, whatever the database: `reference` names an empty one, and `execute`
/// runs SQL in it by other means than the library's. `json` is the type of a column for JSON.
struct TableSubject {
    std::string reference;
    std::function<void(const std::string& sql)> execute;
    std::string json;
};

void check_definition_groups(const TableSubject& subject);
void check_cache_entries(const TableSubject& subject);
void check_wrong_tables(const TableSubject& subject);
void check_import(const TableSubject& subject);
