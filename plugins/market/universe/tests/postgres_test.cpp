#include <catch2/catch.hpp>
#include <cstdlib>

#include "postgres_server.hpp"
#include "table_rules.hpp"
#include "temp_folder.hpp"
#include "tsflow/error.hpp"
#include "universe/universe.hpp"

using namespace tsflow;
using namespace tsflow::market;
using Catch::Matchers::Contains;

TEST_CASE("groups in PostgreSQL") {
    auto server = PostgresServer::start();
    if (!server) {
        WARN("skipped: PostgreSQL is not installed");
        return;
    }
    const TempFolder folder;
    const TableSubject subject{server->url(),
                               [&](const std::string& sql) {
                                   const auto file = folder.write("statements.sql", sql);
                                   const std::string command = "psql -q -v ON_ERROR_STOP=1 '" +
                                                               server->url() + "' -f " +
                                                               file.string();
                                   REQUIRE(std::system(command.c_str()) == 0);
                               },
                               "jsonb"};

    check_wrong_tables(subject);
    check_definition_groups(subject);
    check_cache_entries(subject);
    check_import(subject);

    std::string no_database = server->url();
    no_database.replace(no_database.find("/test"), 5, "/none");
    try {
        open_reference(no_database);
        FAIL("nothing was thrown");
    } catch (const RetryableError&) {
        FAIL("a database that does not exist will not come by waiting");
    } catch (const Error& error) {
        CHECK_THAT(error.what(), Contains("database \"none\" does not exist"));
    }

    // An open store notices that the server went, and says that it may come back.
    const auto store = open_reference(server->url());
    server->stop();
    CHECK_THROWS_AS(store->symbols("mine"), RetryableError);
}

TEST_CASE("a server that is away may come back") {
    try {
        open_reference("postgres://user:secret@127.0.0.1:1/db");
        FAIL("nothing was thrown");
    } catch (const RetryableError& error) {
        CHECK_THAT(error.what(),
                   Contains("the PostgreSQL database postgres://user:***@127.0.0.1:1/db:") &&
                       !Contains("secret"));
    }
}

TEST_CASE("a URL that PostgreSQL does not understand is no matter of waiting") {
    try {
        open_reference("postgres://user@h:port/db");
        FAIL("nothing was thrown");
    } catch (const RetryableError&) {
        FAIL("it will not become right by waiting");
    } catch (const Error& error) {
        CHECK_THAT(error.what(), Contains("port"));
    }
}
