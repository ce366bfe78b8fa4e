#include "table_match.hpp"

#include <algorithm>
#include <set>

#include "table_fit.hpp"
#include "tsflow/text.hpp"

namespace tsflow::timescale {

namespace {

std::string joined(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) {
        text += (text.empty() ? "" : ", ") + Connection::quoted(name);
    }
    return text;
}

std::string_view kind_text(char kind) {
    switch (kind) {
        case 'v':
            return "a view";
        case 'm':
            return "a materialized view";
        case 'f':
            return "a foreign table";
        default:
            return "no table";
    }
}

class Matching {
public:
    Matching(const TableRequest& request, const TableFacts& table, const ServerFacts& server)
        : request_(request), table_(table), server_(server) {
        match_.target = {.name = table.quoted(),
                         .schema = request.schema,
                         .columns = {},
                         .key = request.schema->key(),
                         .version = request.version,
                         .hypertable = table.hypertable.has_value()};
    }

    TableMatch run() {
        if (table_.kind != 'r' && table_.kind != 'p') {
            problem("it is " + std::string{kind_text(table_.kind)} + "; choose a table");
            return std::move(match_);
        }
        for (const MappedColumn& column : request_.columns) {
            match_column(column);
        }
        match_others();
        match_key();
        match_rights();
        match_foreign_keys();
        return std::move(match_);
    }

private:
    void problem(std::string text) { match_.problems.push_back(std::move(text)); }
    void warn(std::string text) { match_.warnings.push_back(std::move(text)); }

    void match_column(const MappedColumn& mapped) {
        const Field& field = (*request_.schema)[mapped.field];
        const ColumnFacts* column = table_.find(mapped.name);
        if (column == nullptr) {
            missing(mapped.name, field);
            return;
        }
        if (column->generated) {
            problem("column '" + mapped.name +
                    "' is generated and cannot be written; add it to 'omit'");
            return;
        }
        ColumnFit fit = fit_column(field, *column);
        if (!fit.fits) {
            problem("column '" + mapped.name + "' is " + column->declared +
                    ", which cannot hold values of type " + std::string{to_string(field.type)} +
                    "; make it " + wire_type(field.type) + ", or add it to 'omit'");
            return;
        }
        if (fit.rounding) {
            warn("column '" + mapped.name + "' is " + column->declared + ": " +
                 describe(*fit.rounding) + ", and counted as 'rounded." + mapped.name + "'");
            match_.rounded.push_back({mapped.name, mapped.field, *fit.rounding});
        }
        if (field.nullable && column->not_null) {
            warn("column '" + mapped.name +
                 "' is NOT NULL: rows without a value for it go to the dead letters");
        }
        match_.target.columns.push_back(
            {mapped.name, mapped.field, column->declared, std::move(fit.expression)});
    }

    void missing(const std::string& name, const Field& field) {
        std::vector<std::string> names;
        for (const ColumnFacts& column : table_.columns) {
            names.push_back(column.name);
        }
        const std::string near = nearest(name, names);
        problem("column '" + name + "' is missing" +
                (near.empty() ? "" : " (there is '" + near + "', see 'rename')") +
                "; add it with ALTER TABLE " + table_.quoted() + " ADD COLUMN " +
                Connection::quoted(name) + " " + wire_type(field.type) +
                (field.key ? "" : ", or leave it out with 'omit'"));
    }

    /// Columns that the rows do not fill.
    void match_others() {
        for (const ColumnFacts& column : table_.columns) {
            const bool filled = std::any_of(request_.columns.begin(), request_.columns.end(),
                                            [&](const auto& c) { return c.name == column.name; });
            if (!filled && column.not_null && !column.has_default && !column.generated) {
                problem("column '" + column.name +
                        "' is NOT NULL without a default, and the rows have no such column; give "
                        "it a default with ALTER TABLE " +
                        table_.quoted() + " ALTER COLUMN " + Connection::quoted(column.name) +
                        " SET DEFAULT …, or name the column that fills it in 'rename'");
            }
        }
    }

    void match_key() {
        const std::vector<std::string> wanted = request_.key();
        const std::set<std::string> wanted_set(wanted.begin(), wanted.end());
        if (!request_.keyed()) {
            for (const TableFacts::Key& key : table_.keys) {
                const bool of_rows =
                    std::all_of(key.columns.begin(), key.columns.end(), [&](const auto& name) {
                        return std::any_of(request_.columns.begin(), request_.columns.end(),
                                           [&](const auto& c) { return c.name == name; });
                    });
                if (of_rows) {
                    problem("its unique key is (" + joined(key.columns) +
                            "), and the rows have no key, so that a repeated one would be refused; "
                            "choose a table without");
                    return;
                }
            }
            return;
        }
        std::string found;
        for (const TableFacts::Key& key : table_.keys) {
            if (std::set<std::string>(key.columns.begin(), key.columns.end()) == wanted_set) {
                return;
            }
            found += (found.empty() ? "(" : ", (") + joined(key.columns) + ")";
        }
        problem("rows are replaced by their key (" + joined(wanted) + "), and the table has " +
                (found.empty() ? "no unique key" : "only the unique key " + found) +
                "; add one with ALTER TABLE " + table_.quoted() + " ADD UNIQUE (" + joined(wanted) +
                ")");
    }

    void match_rights() {
        const auto lacks = [&](bool ColumnFacts::*right) {
            return std::any_of(request_.columns.begin(), request_.columns.end(),
                               [&](const MappedColumn& mapped) {
                                   const ColumnFacts* column = table_.find(mapped.name);
                                   return column != nullptr && !(column->*right);
                               });
        };
        std::string missing;
        const auto check = [&](bool ColumnFacts::*right, const char* name) {
            if (lacks(right)) {
                missing += (missing.empty() ? "" : ", ") + std::string{name};
            }
        };
        check(&ColumnFacts::may_insert, "INSERT");
        if (request_.keyed()) {
            check(&ColumnFacts::may_update, "UPDATE");
            // What a replaced row is compared with.
            check(&ColumnFacts::may_select, "SELECT");
        }
        if (!missing.empty()) {
            problem("role '" + server_.role + "' lacks the right to " + missing + "; GRANT " +
                    missing + " ON " + table_.quoted() + " TO " + Connection::quoted(server_.role));
        }
    }

    void match_foreign_keys() {
        for (const std::string& constraint : table_.foreign_keys) {
            match_.notes.push_back("rows that " + constraint + " refuses go to the dead letters");
        }
    }

    const TableRequest& request_;
    const TableFacts& table_;
    const ServerFacts& server_;
    TableMatch match_;
};

}  // namespace

const std::string* TableRequest::column_of(std::size_t field) const noexcept {
    const auto found = std::find_if(columns.begin(), columns.end(),
                                    [&](const MappedColumn& c) { return c.field == field; });
    return found == columns.end() ? nullptr : &found->name;
}

std::vector<std::string> TableRequest::key() const {
    std::vector<std::string> names;
    for (const std::size_t field : schema->key()) {
        names.push_back(*column_of(field));  // mapped_columns() leaves no column of the key out
    }
    return names;
}

const std::string* TableRequest::time() const noexcept {
    const auto field = schema->event_time();
    return field ? column_of(*field) : nullptr;
}

TableMatch match_table(const TableRequest& request, const TableFacts& table,
                       const ServerFacts& server) {
    return Matching(request, table, server).run();
}

}  // namespace tsflow::timescale
