#include <catch2/catch.hpp>

#include "common/sqlite/database.hpp"
#include "table_rules.hpp"
#include "temp_folder.hpp"
#include "tsflow/error.hpp"
#include "universe/import.hpp"
#include "universe/universe.hpp"

using namespace tsflow;
using namespace tsflow::market;
using Catch::Matchers::Contains;

namespace {

void with_database(void (*check)(const TableSubject&)) {
    const TempFolder folder;
    const auto file = folder.path() / "reference.sqlite";
    check({"sqlite:" + file.string(),
           [&](const std::string& sql) {
               sqlite::Database database;
               database.open(file, sqlite::Database::Open::make);
               database.execute(sql);
           },
           "text"});
}

}  // namespace

TEST_CASE("groups in SQLite") {
    with_database(check_definition_groups);
}

TEST_CASE("entries of the older cache in SQLite") {
    with_database(check_cache_entries);
}

TEST_CASE("tables that are missing or wrong in SQLite") {
    with_database([](const TableSubject& subject) {
        subject.execute("CREATE TABLE other (x)");
        check_wrong_tables(subject);
    });
}

TEST_CASE("members are imported into SQLite") {
    with_database(check_import);
}

TEST_CASE("text that is no JSON is no group") {
    with_database([](const TableSubject& subject) {
        subject.execute(
            "CREATE TABLE cache_entries (type, name, key, value, environment);"
            "INSERT INTO cache_entries VALUES ('theme', 'a', '', 'oops', 'DEFAULT'),"
            "('theme', 'b', '', '[\"X\"]', 'DEFAULT')");
        CHECK(open_reference(subject.reference)->groups().size() == 1);
    });
}

TEST_CASE("a file that is not there is told, and not made") {
    const TempFolder folder;
    const auto file = folder.path() / "none.sqlite";
    CHECK_THROWS_WITH(open_reference("sqlite:" + file.string()),
                      Contains("none.sqlite") && Contains("check that the path names a file"));
    CHECK_FALSE(std::filesystem::exists(file));
}

TEST_CASE("a reading store leaves nothing beside the file") {
    const TempFolder folder;
    const auto file = folder.path() / "r.sqlite";
    import_members("sqlite:" + file.string(), "DEFAULT", {{"a", "ETF", "X", "", 1}}, false);
    open_reference("sqlite:" + file.string())->symbols("a");
    std::size_t files = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder.path())) {
        ++files;
    }
    CHECK(files == 1);
}

TEST_CASE("what cannot be imported into is told") {
    CHECK_THROWS_WITH(import_members("csv:folder", "DEFAULT", {}, false),
                      Contains("into sqlite:FILE or postgres://…, and not into 'csv:folder'"));
    CHECK_THROWS_WITH(import_members("", "DEFAULT", {}, false),
                      Contains("not into the universes that come with tsflow"));
}
