#include "bisect.hpp"

namespace tsflow::timescale {

namespace {

// What fails leaves its rows behind as dead ones, so that blocks are small.
constexpr const char* block_rows = "64";

/// 21000 says that one INSERT met a key twice; those rows need only to be apart.
std::string function_sql(const WriterSql& sql) {
    const std::string newer =
        sql.target().version
            ? "tsflow_taken := tsflow_taken + (" + sql.count_newer_numbered("$1", "$2") + "); "
            : "";
    return R"sql(
CREATE OR REPLACE FUNCTION pg_temp.tsflow_bisect(integer, integer) RETURNS void LANGUAGE plpgsql AS $tsflow$
#variable_conflict use_column
DECLARE
    tsflow_taken bigint;
    tsflow_state text;
    tsflow_message text;
    tsflow_detail text;
BEGIN
    )sql" + sql.insert_numbered("$1", "$2") +
           R"sql(;
    GET DIAGNOSTICS tsflow_taken = ROW_COUNT;
    IF tsflow_taken < $2 - $1 THEN
        )sql" +
           newer +
           R"sql(
    END IF;
    IF tsflow_taken <> $2 - $1 THEN
        RAISE EXCEPTION '% rows were sent, and % are counted: a trigger or rule of the table leaves rows out, or the server has a defect', $2 - $1, tsflow_taken USING ERRCODE = 'TSF01';
    END IF;
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS tsflow_state = RETURNED_SQLSTATE, tsflow_message = MESSAGE_TEXT,
        tsflow_detail = PG_EXCEPTION_DETAIL;
    IF tsflow_state NOT LIKE '22%' AND tsflow_state NOT LIKE '23%'
       AND tsflow_state NOT IN ('P0001', '21000') THEN
        RAISE;
    ELSIF $2 - $1 > 1 THEN
        PERFORM pg_temp.tsflow_bisect($1, ($1 + $2) / 2);
        PERFORM pg_temp.tsflow_bisect(($1 + $2) / 2, $2);
    ELSE
        INSERT INTO pg_temp.tsflow_refused VALUES ($1, tsflow_state, tsflow_message ||
            CASE tsflow_detail WHEN '' THEN '' ELSE ' (' || tsflow_detail || ')' END);
    END IF;
END $tsflow$)sql";
}

}  // namespace

void write_by_bisection(Connection& connection, bool copy, WriterRows& writer, const RowList& list,
                        std::vector<RefusedOf>& refused) {
    const WriterSql& sql = writer.sql();
    // A constraint that is checked at the end of the transaction would blame all rows at once.
    connection.execute("SET CONSTRAINTS ALL IMMEDIATE; " + sql.create_numbered() +
                       "; DROP TABLE IF EXISTS pg_temp.tsflow_refused; "
                       "CREATE TEMP TABLE tsflow_refused (number integer, state text, message "
                       "text) ON COMMIT DROP");
    if (copy) {
        writer.copy_in(connection, sql.copy_to_numbered(), list, true);
    } else {
        writer.execute_with_arrays(connection, sql.insert_arrays_to_numbered(), list, true);
    }
    connection.execute(function_sql(sql));
    const std::string count = std::to_string(count_of(list));
    connection.execute(std::string{"SELECT count(pg_temp.tsflow_bisect(n, least(n + "} +
                       block_rows + ", " + count + "))) FROM generate_series(0, " + count +
                       " - 1, " + block_rows + ") AS n");
    const Answer answer = connection.execute(
        "SELECT number, state, message FROM pg_temp.tsflow_refused ORDER BY number");
    std::size_t batch = 0;
    std::size_t before = 0;  // rows of earlier batches
    for (std::size_t i = 0; i < answer.rows(); ++i) {
        const auto number = static_cast<std::size_t>(answer.integer(i, 0));
        while (number - before >= list[batch].rows.size()) {
            before += list[batch++].rows.size();
        }
        refused.push_back({batch,
                           {list[batch].rows[number - before], std::string{answer.text(i, 1)},
                            std::string{answer.text(i, 2)}}});
    }
}

}  // namespace tsflow::timescale
