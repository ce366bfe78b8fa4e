#include "table_rules.hpp"

#include <catch2/catch.hpp>

#include "temp_folder.hpp"
#include "tsflow/error.hpp"
#include "universe/import.hpp"
#include "universe/universe.hpp"

using namespace tsflow;
using namespace tsflow::market;
using Symbols = std::vector<std::string>;
using Catch::Matchers::Contains;

namespace {

/// The tables of the system that tsflow replaces.
void make_group_tables(const TableSubject& subject) {
    subject.execute(
        "CREATE TABLE definition_groups (id integer PRIMARY KEY, name varchar(100) NOT NULL, type "
        "varchar(20), description text, metadata " +
        subject.json + ", liquidity_filter " + subject.json +
        ", environment varchar(10), UNIQUE (name, type, environment));"
        "CREATE TABLE group_memberships (id integer PRIMARY KEY, group_id integer REFERENCES "
        "definition_groups (id) ON DELETE CASCADE, symbol varchar(50), weight numeric(5,4), "
        "metadata " +
        subject.json + ", UNIQUE (group_id, symbol))");
}

void make_entry_table(const TableSubject& subject) {
    subject.execute("CREATE TABLE cache_entries (type text, name text, key text, value " +
                    subject.json + ", environment text)");
}

void drop(const TableSubject& subject, const char* table) {
    subject.execute(std::string{"DROP TABLE "} + table);
}

std::string why(const TableSubject& subject) {
    try {
        open_reference(subject.reference);
    } catch (const RetryableError& error) {
        return std::string{"retryable: "} + error.what();
    } catch (const Error& error) {
        return error.what();
    }
    return "nothing was thrown";
}

}  // namespace

void check_definition_groups(const TableSubject& subject) {
    make_group_tables(subject);
    subject.execute(
        "INSERT INTO definition_groups (id, name, type, description, environment) VALUES "
        "(1, 'nasdaq100', 'UNIVERSE', 'Large', 'DEFAULT'), (2, 'SPY', 'etf', NULL, 'DEFAULT'), "
        "(3, 'tech', 'SECTOR', NULL, 'DEFAULT'), (4, 'tech', 'THEME', NULL, 'DEFAULT'), "
        "(5, 'SPY', 'SECTOR', NULL, 'DEFAULT'), (6, 'empty', 'CUSTOM', NULL, 'DEFAULT'), "
        "(7, 'nasdaq100', 'UNIVERSE', NULL, 'TEST'), "
        "(8, 'market_leaders:top_100', 'UNIVERSE', NULL, 'DEFAULT'), "
        "(9, 'O''Neil \"x\"', 'CUSTOM', NULL, 'DEFAULT')");
    subject.execute(
        "INSERT INTO group_memberships (id, group_id, symbol) VALUES (1, 1, 'MSFT'), "
        "(2, 1, 'AAPL'), (3, 2, 'AAPL'), (4, 2, 'BRK.B'), (5, 3, 'IBM'), (6, 4, 'NVDA'), "
        "(7, 5, 'ZZZ'), (8, 7, 'NA'), (9, 7, 'BApA'), (10, 7, 'null'), (11, 8, 'KO'), "
        "(12, 9, 'PG')");

    const auto store = open_reference(subject.reference);
    CHECK(store->symbols("nasdaq100") == Symbols{"AAPL", "MSFT"});
    CHECK(store->symbols("SPY:nasdaq100") == Symbols{"AAPL", "BRK.B", "MSFT"});
    CHECK(store->symbols("tech") == Symbols{"IBM", "NVDA"});
    CHECK(store->symbols("market_leaders:top_100") == Symbols{"KO"});
    CHECK(store->symbols("O'Neil \"x\"") == Symbols{"PG"});
    CHECK(store->resolve("empty").unknown.empty());
    CHECK(store->symbols("empty").empty());
    const Universe partly = store->resolve("SPY:spy");
    CHECK(partly.symbols == Symbols{"AAPL", "BRK.B"});
    CHECK(partly.unknown == Symbols{"spy"});

    const auto trial = open_reference(subject.reference, "TEST");
    CHECK(trial->symbols("nasdaq100") == Symbols{"BApA", "NA", "null"});
    CHECK(trial->resolve("SPY").unknown == Symbols{"SPY"});

    const std::vector<Group> groups = store->groups();
    REQUIRE(groups.size() == 8);
    CHECK(groups[0].name == "O'Neil \"x\"");
    CHECK(groups[1].name == "SPY");
    CHECK(groups[1].type == "ETF");
    CHECK(groups[1].members == 2);
    CHECK(groups[3].name == "empty");
    CHECK(groups[3].members == 0);
    CHECK(groups[5].name == "nasdaq100");
    CHECK(groups[5].description == "Large");
    CHECK(groups[5].environment == "DEFAULT");

    // What is written while the store is open is there at the next look.
    subject.execute("INSERT INTO group_memberships (id, group_id, symbol) VALUES (13, 1, 'NVDA')");
    CHECK(store->symbols("nasdaq100") == Symbols{"AAPL", "MSFT", "NVDA"});

    subject.execute("INSERT INTO group_memberships (id, group_id, symbol) VALUES (14, 1, 'A,B')");
    CHECK_THROWS_WITH(store->symbols("nasdaq100"),
                      Contains("group 'nasdaq100': the symbol 'A,B' holds a character"));
    drop(subject, "group_memberships");
    drop(subject, "definition_groups");
}

void check_cache_entries(const TableSubject& subject) {
    make_entry_table(subject);
    subject.execute(
        "INSERT INTO cache_entries (type, name, key, value, environment) VALUES "
        "('stock_universe', 'market_leaders', 'top_2', '[\"MSFT\", \"AAPL\", \"MSFT\"]', "
        "'DEFAULT'), "
        "('etf_universe', 'funds', 'broad', '{\"symbols\": [\"SPY\", \"QQQ\"]}', 'DEFAULT'), "
        "('theme', 'chips', '', '{\"count\": 2, \"stocks\": [{\"ticker\": \"NVDA\", \"rank\": 1}, "
        "{\"symbol\": \"AMD\"}, 7, null]}', 'DEFAULT'), "
        "('UNIVERSE', 'none', NULL, '[]', 'DEFAULT'), "
        "('stock_stats', 'overview', 'counts', '{\"symbols\": 7}', 'DEFAULT'), "
        "('stock_stats', 'overview', 'text', '\"AAPL\"', 'DEFAULT'), "
        "('stock_universe', 'market_leaders', 'top_2', '[\"IBM\"]', 'TEST')");

    const auto store = open_reference(subject.reference);
    CHECK(store->symbols("market_leaders:top_2") == Symbols{"AAPL", "MSFT"});
    CHECK(store->symbols("top_2:broad") == Symbols{"AAPL", "MSFT", "QQQ", "SPY"});
    CHECK(store->symbols("chips") == Symbols{"AMD", "NVDA"});
    CHECK(store->resolve("none").unknown.empty());
    // Not a list of symbols, so no group.
    CHECK(store->resolve("overview:counts").unknown == Symbols{"overview", "counts"});
    CHECK(open_reference(subject.reference, "TEST")->symbols("top_2") == Symbols{"IBM"});

    const std::vector<Group> groups = store->groups();
    REQUIRE(groups.size() == 4);
    CHECK(groups[0].name == "chips");
    CHECK(groups[0].type == "THEME");
    CHECK(groups[1].name == "funds:broad");
    CHECK(groups[1].type == "ETF");
    CHECK(groups[2].name == "market_leaders:top_2");
    CHECK(groups[2].type == "UNIVERSE");
    CHECK(groups[2].members == 2);
    CHECK(groups[3].name == "none");

    // The newer tables come first, name by name.
    make_group_tables(subject);
    subject.execute(
        "INSERT INTO definition_groups (id, name, type, environment) VALUES "
        "(1, 'chips', 'THEME', 'DEFAULT');"
        "INSERT INTO group_memberships (id, group_id, symbol) VALUES (1, 1, 'INTC')");
    CHECK(store->symbols("chips:funds:broad") == Symbols{"INTC", "QQQ", "SPY"});
    drop(subject, "group_memberships");
    drop(subject, "definition_groups");
    drop(subject, "cache_entries");
}

void check_wrong_tables(const TableSubject& subject) {
    CHECK_THAT(why(subject),
               Contains("has neither a table definition_groups nor the older cache_entries") &&
                   !Contains("retryable"));
    subject.execute("CREATE TABLE definition_groups (id integer)");
    CHECK_THAT(why(subject), Contains("has a table definition_groups but no group_memberships"));
    subject.execute("CREATE TABLE group_memberships (id integer)");
    CHECK_THROWS_WITH(open_reference(subject.reference)->symbols("x"), Contains("column"));
    drop(subject, "group_memberships");
    drop(subject, "definition_groups");
}

void check_import(const TableSubject& subject) {
    const TempFolder folder;
    const auto list = [&](const std::string& text) {
        return read_member_list(folder.write("list.csv", text));
    };
    const MemberList first = list(
        "group,type,symbol,weight\nmine,universe,MSFT,0.5\nmine,UNIVERSE,AAPL,\n"
        "fund,ETF,NA,.25\nmine,UNIVERSE,MSFT,0.7\n");
    REQUIRE(first.duplicates.size() == 1);
    CHECK_THAT(first.duplicates[0],
               Contains("list.csv:5: MSFT is in 'mine' since line 2; this row is left out"));

    const Imported made = import_members(subject.reference, "DEFAULT", first.members, false);
    CHECK(made.groups == 2);
    CHECK(made.made == 2);
    CHECK(made.added == 3);
    CHECK(made.kept == 0);
    CHECK(made.removed == 0);
    const auto store = open_reference(subject.reference);
    CHECK(store->symbols("mine:fund") == Symbols{"AAPL", "MSFT", "NA"});

    const auto second = list("group,symbol\nmine,IBM\nmine,AAPL\n").members;
    const Imported more = import_members(subject.reference, "DEFAULT", second, false);
    CHECK(more.made == 0);
    CHECK(more.added == 1);
    CHECK(more.kept == 1);
    CHECK(store->symbols("mine") == Symbols{"AAPL", "IBM", "MSFT"});

    const Imported replaced = import_members(subject.reference, "DEFAULT", second, true);
    CHECK(replaced.kept == 2);
    CHECK(replaced.removed == 1);
    CHECK(store->symbols("mine") == Symbols{"AAPL", "IBM"});
    CHECK(store->symbols("fund") == Symbols{"NA"});

    import_members(subject.reference, "TEST", second, false);
    CHECK(open_reference(subject.reference, "TEST")->groups().size() == 1);
    CHECK(store->groups().size() == 2);

    // All or nothing: the second group does not fit.
    subject.execute(
        "DELETE FROM group_memberships; DELETE FROM definition_groups;"
        "CREATE UNIQUE INDEX one_fund ON definition_groups (type)");
    CHECK_THROWS_AS(import_members(subject.reference, "DEFAULT",
                                   list("group,type,symbol\na,ETF,X\nb,ETF,Y\n").members, false),
                    Error);
    CHECK(store->groups().empty());
}
