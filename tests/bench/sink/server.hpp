#pragma once

#include <string>
#include <vector>

namespace tsflow::bench {

/// Of this program's own server, which syncs its commits to the disk as one in production does.
const std::string& server_url();
void restart_server();

/// The first column of a query's rows.
std::vector<std::string> query(const std::string& sql);

/// Runs a script of psql's to its end, or several at once, and returns the seconds that it took; throws Error
/// when one fails.
double run_psql(const std::string& script);
double run_psql(const std::vector<std::string>& scripts);

/// A script that brings the rows of `folder`'s files, one after the other, into `table` as one does by hand:
/// COPY to a temporary table, INSERT … ON CONFLICT out of it, a transaction a file. `columns` are all of
/// the table's, of which symbol and timestamp are the key. With `parts`, of each so many files the one at `part`.
std::string upsert_script(const std::string& table, const std::vector<std::string>& columns,
                          const std::string& folder, std::size_t part = 0, std::size_t parts = 1);
/// Makes these files: the result of `rows_sql` in COPY's text form, 10,000 rows each.
void write_files(const std::string& rows_sql, const std::string& folder);

}  // namespace tsflow::bench
