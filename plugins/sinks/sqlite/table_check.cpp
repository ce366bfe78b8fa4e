#include "table_check.hpp"

#include <algorithm>
#include <cctype>
#include <set>
#include <vector>

#include "tsflow/error.hpp"

namespace tsflow::sqlite {

namespace {

// SQLite compares names of tables and columns without regard to ASCII case.
std::string lower(std::string text) {
    for (char& c : text) {
        c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    return text;
}

struct Column {
    std::string name;
    std::string declared;
    bool not_null;
    bool has_default;
    bool primary_key;
    bool generated;
};

using Names = std::set<std::string>;

std::vector<Column> columns_of(const Database& database, const std::string& table) {
    Statement rows = database.prepare(
        "SELECT name, type, \"notnull\", dflt_value IS NOT NULL, pk, hidden "
        "FROM pragma_table_xinfo(?, 'main')");
    rows.bind(1, table);
    std::vector<Column> columns;
    while (rows.step()) {
        columns.push_back({rows.text(0), rows.text(1), rows.integer(2) != 0, rows.integer(3) != 0,
                           rows.integer(4) != 0, rows.integer(5) > 1});
    }
    return columns;
}

/// The affinity of a declared type, by the rules of https://sqlite.org/datatype3.html section 3.1.
std::string_view affinity(const std::string& declared) {
    const std::string type = lower(declared);
    const auto has = [&](std::string_view part) { return type.find(part) != std::string::npos; };
    if (has("int")) {
        return "INTEGER";
    }
    if (has("char") || has("clob") || has("text")) {
        return "TEXT";
    }
    if (has("blob") || type.empty() || type == "any") {
        return "BLOB";
    }
    if (has("real") || has("floa") || has("doub")) {
        return "REAL";
    }
    return "NUMERIC";
}

/// Whether a column of this affinity keeps the field's values as they are.
bool keeps(const Column& column, const Field& field, TimeForm times) {
    const std::string_view found = affinity(column.declared);
    const std::string_view wanted = column_type(field, times);
    if (found == wanted || found == "BLOB") {
        return true;
    }
    // DATETIME, DATE and DECIMAL have numeric affinity, which leaves times and dates alone. Other texts
    // it would change: '1e5' to 100000.
    const bool free_text = field.type == Type::string || field.type == Type::symbol;
    return found == "NUMERIC" && !free_text;
}

bool has_unique_index(const Database& database, const std::string& table, const Names& key) {
    Statement indices = database.prepare(
        "SELECT name FROM pragma_index_list(?, 'main') WHERE \"unique\" AND NOT partial");
    indices.bind(1, table);
    while (indices.step()) {
        const std::string index = indices.text(0);
        Statement parts = database.prepare("SELECT name FROM pragma_index_info(?, 'main')");
        parts.bind(1, index);
        Names names;
        while (parts.step()) {
            names.insert(lower(parts.text(0)));
        }
        if (names == key) {
            return true;
        }
    }
    return false;
}

class Check {
public:
    Check(const Database& database, const Target& target)
        : database_(database), target_(target), columns_(columns_of(database, target.table)) {}

    void run() {
        kind();
        if (problems_.empty()) {
            fields();
            others();
            key();
        }
        if (!problems_.empty()) {
            throw Error("table '" + target_.table + "' in SQLite database " + database_.quoted() +
                        " cannot take these rows: " + problems_);
        }
    }

private:
    void problem(const std::string& text) { problems_ += (problems_.empty() ? "" : "; ") + text; }

    void kind() {
        Statement list = database_.prepare(
            "SELECT type, wr FROM pragma_table_list WHERE schema = 'main' AND name = ? COLLATE "
            "NOCASE");
        list.bind(1, target_.table);
        if (!list.step()) {
            problem("it was removed meanwhile");
        } else if (list.text(0) != "table") {
            problem("it is a " + list.text(0) + "; choose an ordinary table");
        } else if (list.integer(1) != 0 && !target_.keyed()) {
            problem(
                "it is WITHOUT ROWID, and rows without a key are told apart by their rowid; choose "
                "another table");
        }
    }

    void fields() {
        for (const Field& field : target_.schema->fields()) {
            const auto found = std::find_if(columns_.begin(), columns_.end(), [&](const Column& c) {
                return lower(c.name) == lower(field.name);
            });
            const std::string type{column_type(field, target_.times)};
            if (found == columns_.end()) {
                problem("column '" + field.name + "' is missing; add it with ALTER TABLE " +
                        quoted_name(target_.table) + " ADD COLUMN " + quoted_name(field.name) +
                        " " + type);
            } else if (found->generated) {
                problem("column '" + field.name +
                        "' is generated and cannot be written; rename one of the two");
            } else if (!keeps(*found, field, target_.times)) {
                problem("column '" + field.name + "' is declared " + found->declared +
                        ", which would change values of type " +
                        std::string{to_string(field.type)} + "; declare it " + type +
                        (field.type == Type::timestamp ? ", or set 'timestamps'" : ""));
            }
        }
    }

    /// Columns that the rows do not have.
    void others() {
        for (const Column& column : columns_) {
            const bool is_field = std::any_of(
                target_.schema->fields().begin(), target_.schema->fields().end(),
                [&](const Field& field) { return lower(field.name) == lower(column.name); });
            if (!is_field && column.not_null && !column.has_default && !column.generated) {
                problem("column '" + column.name +
                        "' is NOT NULL without a default, and the rows have no such column; give "
                        "it a default");
            }
        }
    }

    void key() {
        Names wanted;
        for (const std::size_t index : target_.schema->key()) {
            wanted.insert(lower((*target_.schema)[index].name));
        }
        Names found;
        std::string found_text;
        bool of_fields = false;
        for (const Column& column : columns_) {
            if (column.primary_key) {
                found.insert(lower(column.name));
                found_text += (found_text.empty() ? "" : ", ") + quoted_name(column.name);
                of_fields = of_fields || target_.schema->find(column.name).has_value();
            }
        }
        if (!target_.keyed()) {
            if (of_fields) {
                problem("its primary key is (" + found_text +
                        "), and the rows have no key, so that a repeated one would be refused; "
                        "choose a table without");
            }
            return;
        }
        if (found != wanted && !has_unique_index(database_, target_.table, wanted)) {
            const std::string names = key_names(*target_.schema);
            problem("its primary key is " + (found.empty() ? "missing" : "(" + found_text + ")") +
                    ", and rows are replaced by (" + names + "); make it the primary key, or add " +
                    "CREATE UNIQUE INDEX " + quoted_name(target_.table + "_key") + " ON " +
                    quoted_name(target_.table) + " (" + names + ")");
        }
    }

    const Database& database_;
    const Target& target_;
    std::vector<Column> columns_;
    std::string problems_;
};

}  // namespace

bool has_table(const Database& database, const std::string& table) {
    Statement list = database.prepare(
        "SELECT 1 FROM sqlite_schema WHERE type IN ('table', 'view') AND name = ? COLLATE NOCASE");
    list.bind(1, table);
    return list.step();
}

void check_table(const Database& database, const Target& target) {
    Check(database, target).run();
}

}  // namespace tsflow::sqlite
