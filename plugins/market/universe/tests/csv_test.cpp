#include <algorithm>
#include <catch2/catch.hpp>

#include "temp_folder.hpp"
#include "tsflow/error.hpp"
#include "universe/universe.hpp"

using namespace tsflow;
using namespace tsflow::market;
using Symbols = std::vector<std::string>;
using Catch::Matchers::Contains;

namespace {

/// The store of a folder with these two files.
struct Folder {
    explicit Folder(std::string_view members, std::string_view groups = {}) {
        folder.write("members.csv", members);
        if (!groups.empty()) {
            folder.write("groups.csv", groups);
        }
    }
    std::unique_ptr<UniverseStore> open(std::string_view environment = "DEFAULT") const {
        return open_reference("csv:" + folder.path().string(), environment);
    }
    std::string why() const {
        try {
            open();
        } catch (const Error& error) {
            return error.what();
        }
        return "nothing was thrown";
    }
    TempFolder folder;
};

}  // namespace

TEST_CASE("a group's symbols are sorted, each once") {
    const Folder folder{"group,symbol\nmine,MSFT\nmine,AAPL\nmine,MSFT\nother,IBM\n"};
    CHECK(folder.open()->symbols("mine") == Symbols{"AAPL", "MSFT"});
    CHECK(folder.open()->symbols("other") == Symbols{"IBM"});
}

TEST_CASE("symbols that look like something else are symbols") {
    const Folder folder{
        "group,symbol\nodd,NA\nodd,nan\nodd,null\nodd,BRK.B\nodd,BApA\nodd,TRUE\nodd,1E5\n"
        "odd,\"NULL\"\n"};
    CHECK(folder.open()->symbols("odd") ==
          Symbols{"1E5", "BApA", "BRK.B", "NA", "NULL", "TRUE", "nan", "null"});
}

TEST_CASE("parts of a union are joined, and those that are unknown told") {
    const Folder folder{"group,symbol\na,X\na,Y\nb,Y\nb,Z\n"};
    const auto store = folder.open();
    CHECK(store->symbols("a:b") == Symbols{"X", "Y", "Z"});
    CHECK(store->resolve("a:b").unknown.empty());

    const Universe partly = store->resolve("b:nobody:A");
    CHECK(partly.symbols == Symbols{"Y", "Z"});
    CHECK(partly.unknown == Symbols{"nobody", "A"});

    const Universe none = store->resolve("nobody");
    CHECK(none.symbols.empty());
    CHECK(none.unknown == Symbols{"nobody"});
    CHECK(store->resolve("").unknown == Symbols{""});
    CHECK(store->symbols("a::b:") == Symbols{"X", "Y", "Z"});
}

TEST_CASE("a key with a colon in its name is tried whole first") {
    const Folder folder{
        "group,symbol\nmarket_leaders:top_100,AAPL\nmarket_leaders,IBM\ntop_100,KO\n"};
    const auto store = folder.open();
    CHECK(store->symbols("market_leaders:top_100") == Symbols{"AAPL"});
    CHECK(store->symbols("top_100:market_leaders") == Symbols{"IBM", "KO"});
}

TEST_CASE("universes and funds come before groups of other types") {
    const Folder folder{
        "group,type,symbol\n"
        "tech,sector,IBM\ntech,Universe,AAPL\ntech,etf,MSFT\n"
        "energy,SECTOR,XOM\nenergy,THEME,CVX\n"};
    const auto store = folder.open();
    CHECK(store->symbols("tech") == Symbols{"AAPL", "MSFT"});
    CHECK(store->symbols("energy") == Symbols{"CVX", "XOM"});
}

TEST_CASE("groups are listed with type, description and count") {
    const Folder folder{
        "group,type,symbol,weight\nb,THEME,X,0.5\nb,THEME,Y,\nb,THEME,X,0.5\na,ETF,Z,1\n",
        "name,type,description\nb,theme,\"Things, and more\"\na,ETF,\nempty,CUSTOM,\n"};
    const auto store = folder.open();
    const std::vector<Group> groups = store->groups();
    REQUIRE(groups.size() == 3);
    CHECK(groups[0].name == "a");
    CHECK(groups[0].type == "ETF");
    CHECK(groups[0].members == 1);
    CHECK(groups[1].name == "b");
    CHECK(groups[1].type == "THEME");
    CHECK(groups[1].description == "Things, and more");
    CHECK(groups[1].environment == "DEFAULT");
    CHECK(groups[1].members == 2);
    CHECK(groups[2].members == 0);
    // Known, though empty.
    CHECK(store->resolve("empty").unknown.empty());
    CHECK(store->symbols("empty").empty());
}

TEST_CASE("an environment sees its own groups only") {
    const Folder folder{"group,symbol\nlive,AAPL\ntrial,MSFT\n",
                        "name,type,environment\nlive,UNIVERSE,PROD\ntrial,UNIVERSE,TEST\n"};
    CHECK(folder.open("PROD")->symbols("live:trial") == Symbols{"AAPL"});
    CHECK(folder.open("TEST")->symbols("live:trial") == Symbols{"MSFT"});
    CHECK(folder.open("DEFAULT")->groups().empty());
}

TEST_CASE("an open store sees what changed since") {
    const Folder folder{"group,symbol\nmine,AAPL\n"};
    const auto store = folder.open();
    folder.folder.write("members.csv", "group,symbol\nmine,MSFT\n");
    CHECK(store->symbols("mine") == Symbols{"MSFT"});
}

TEST_CASE("comments, blank lines, carriage returns and a byte order mark are no rows") {
    const Folder folder{"\xEF\xBB\xBFsymbol,group\r\n\r\n# a comment\r\n AAPL , mine \r\n"};
    CHECK(folder.open()->symbols("mine") == Symbols{"AAPL"});
}

TEST_CASE("whatever is wrong with a file is told with file and line") {
    CHECK_THAT(Folder{""}.why(), Contains("members.csv:1: the file is empty"));
    CHECK_THAT(Folder{"group,symbl\n"}.why(),
               Contains("members.csv:1: there is no column 'symbl'; did you mean 'symbol'?"));
    CHECK_THAT(Folder{"group\n"}.why(), Contains("members.csv:1: the column 'symbol' is missing"));
    CHECK_THAT(Folder{"group,symbol,group\n"}.why(), Contains("the column 'group' is there twice"));
    CHECK_THAT(Folder{"group,symbol\na,B\nc\n"}.why(),
               Contains("members.csv:3: expected 2 fields, as in the first line; found 1"));
    CHECK_THAT(Folder{"group,symbol\na,\n"}.why(), Contains("members.csv:2: the symbol is empty"));
    CHECK_THAT(Folder{"group,symbol\na,\"A,B\"\n"}.why(),
               Contains("members.csv:2: the symbol 'A,B' holds a character"));
    CHECK_THAT(Folder{"group,symbol\na,\"A\n"}.why(), Contains("members.csv:2: the quote is not"));
    CHECK_THAT(Folder{"group,symbol\na,\"A\"B\n"}.why(), Contains("members.csv:2: only a comma"));
    CHECK_THAT(Folder{"group,symbol\n,A\n"}.why(), Contains("members.csv:2: the name of a group"));
    CHECK_THAT(Folder{"group,type,symbol\na,FUND,A\n"}.why(),
               Contains("members.csv:2: the type 'FUND' is none of UNIVERSE, ETF, SECTOR"));
    CHECK_THAT(Folder{"group,symbol,weight\na,A,-1\n"}.why(),
               Contains("members.csv:2: the weight '-1' is no number of at least 0"));
    CHECK_THAT(Folder("group,symbol\na,A\nb,B\n", "name,type\na,UNIVERSE\n").why(),
               Contains("members.csv:3:") && Contains("has no group 'b' of type UNIVERSE"));
    CHECK_THAT(Folder("group,symbol\na,A\n", "name,type\na,\xC3\xA9\n").why(),
               Contains("groups.csv:2: the type"));
}

TEST_CASE("a folder that is not there is told") {
    const TempFolder folder;
    CHECK_THROWS_WITH(open_reference("csv:" + (folder.path() / "none").string()),
                      Contains("is no folder; it must hold members.csv"));
    CHECK_THROWS_WITH(open_reference("csv:" + folder.path().string()),
                      Contains("members.csv' is no file"));
}

TEST_CASE("a reference has one of four forms") {
    CHECK_NOTHROW(check_reference(""));
    CHECK_NOTHROW(check_reference("csv:folder"));
    CHECK_NOTHROW(check_reference("sqlite:file"));
    CHECK_NOTHROW(check_reference("postgres://u@h/d"));
    CHECK_NOTHROW(check_reference("postgresql://u@h/d"));
    CHECK_THROWS_WITH(check_reference("mysql://u:secret@h/d"),
                      Contains("'mysql://u:***@h/d' is none of postgres://"));
    CHECK_THROWS_AS(check_reference("csv:"), Error);
    CHECK_THROWS_AS(check_reference("data/members.csv"), Error);
}

TEST_CASE("a password is not shown") {
    CHECK(shown_reference("postgres://u:p@h/d") == "postgres://u:***@h/d");
    CHECK(shown_reference("postgres://u:p/a@b@h/d") == "postgres://u:***@h/d");
    CHECK(shown_reference("postgres://u@h:5432/d") == "postgres://u@h:5432/d");
    CHECK(shown_reference("postgres:///d?host=/tmp&password=p&user=u") ==
          "postgres:///d?host=/tmp&password=***&user=u");
    CHECK(shown_reference("csv:a@b") == "csv:a@b");
}

TEST_CASE("the shipped universes need nothing else") {
    const auto store = open_reference("");
    const Symbols dow = store->symbols("dow30");
    CHECK(dow.size() == 30);
    // Came in November 2024, in place of INTC and DOW.
    CHECK(std::binary_search(dow.begin(), dow.end(), "NVDA"));
    CHECK(std::binary_search(dow.begin(), dow.end(), "SHW"));
    CHECK_FALSE(std::binary_search(dow.begin(), dow.end(), "INTC"));

    const Symbols nasdaq = store->symbols("nasdaq100");
    CHECK(nasdaq.size() > 95);
    CHECK(nasdaq.size() < 105);
    CHECK(store->symbols("large_caps").size() > 140);

    Symbols both = store->symbols("SPY");
    both.insert(both.end(), nasdaq.begin(), nasdaq.end());
    std::sort(both.begin(), both.end());
    both.erase(std::unique(both.begin(), both.end()), both.end());
    CHECK(store->symbols("SPY:nasdaq100") == both);
}

TEST_CASE("each shipped symbol of a universe is in exactly one of the eleven sectors") {
    const auto store = open_reference("");
    Symbols all;
    std::size_t sectors = 0;
    for (const Group& group : store->groups()) {
        if (group.type == "SECTOR") {
            ++sectors;
            const Symbols members = store->symbols(group.name);
            all.insert(all.end(), members.begin(), members.end());
        }
    }
    CHECK(sectors == 11);
    std::sort(all.begin(), all.end());
    CHECK(std::adjacent_find(all.begin(), all.end()) == all.end());
    for (const std::string& symbol : store->symbols("dow30:nasdaq100:large_caps:mega_caps")) {
        CAPTURE(symbol);
        CHECK(std::binary_search(all.begin(), all.end(), symbol));
    }
}
