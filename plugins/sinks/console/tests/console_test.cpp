#include "console.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "tsflow/builder.hpp"
#include "tsflow/testing.hpp"

using namespace tsflow;
using namespace tsflow::testing;
using Catch::Matchers::Contains;

namespace {

/// What is printed to the standard output while it lives.
class Captured {
public:
    Captured() {
        std::fflush(stdout);
        file_ = std::tmpfile();
        before_ = ::dup(STDOUT_FILENO);
        ::dup2(::fileno(file_), STDOUT_FILENO);
    }
    Captured(const Captured&) = delete;
    Captured& operator=(const Captured&) = delete;
    ~Captured() { text(); }
    std::string text() {
        if (before_ >= 0) {
            std::fflush(stdout);
            ::dup2(before_, STDOUT_FILENO);
            ::close(before_);
            before_ = -1;
            std::rewind(file_);
            char part[256];
            while (const std::size_t count = std::fread(part, 1, sizeof part, file_)) {
                text_.append(part, count);
            }
            std::fclose(file_);
        }
        return text_;
    }

private:
    std::FILE* file_;
    int before_;
    std::string text_;
};

Batch quotes() {
    return table(R"(
        symbol:symbol  time:timestamp         close:float64[USD]  volume:int64?
        MSFT           2016-04-15T13:30:00Z   55.25               100
        SPY            2016-04-15T13:31:00Z   208.5               null
        GE             2016-04-15T13:31:00Z   31                  123456 )");
}

std::string printed(const std::string& toml, const std::vector<Batch>& batches) {
    Captured captured;
    TestContext context;
    const auto sink = make<Console>(toml);
    sink->bind(single(quotes().schema()));
    if (!batches.empty()) {
        sink->bind(single(batches.front().schema()));
    }
    sink->open(context);
    for (const Batch& batch : batches) {
        sink->write(batch);
    }
    sink->close();
    return captured.text();
}

}  // namespace

TEST_CASE("console prints an aligned table with units, points below points") {
    CHECK(printed("", {quotes()}) ==
          "symbol  time                   close  volume\n"
          "                                 USD\n"
          "------  --------------------  ------  ------\n"
          "MSFT    2016-04-15T13:30:00Z   55.25     100\n"
          "SPY     2016-04-15T13:31:00Z  208.5     null\n"
          "GE      2016-04-15T13:31:00Z   31     123456\n"
          "(3 rows)\n");
}

TEST_CASE("console counts the rows that it does not print") {
    const std::string text = printed("rows = 2", {quotes().slice(0, 1), quotes(), quotes()});
    CHECK_THAT(text, Contains("(7 rows, the first 2 of them shown; set rows = 0 to see all)\n"));
    CHECK(std::count(text.begin(), text.end(), '\n') == 3 + 2 + 1);
    CHECK_THAT(printed("rows = 0", std::vector<Batch>(20, quotes())), Contains("(60 rows)\n"));
}

TEST_CASE("console prints a list where a table would not fit") {
    CHECK(printed("layout = 'list'\nrows = 1", {quotes()}) ==
          "row 1\n"
          "  symbol  MSFT\n"
          "  time    2016-04-15T13:30:00Z\n"
          "  close   55.25 USD\n"
          "  volume  100\n"
          "(3 rows, the first 1 of them shown; set rows = 0 to see all)\n");
}

TEST_CASE("console keeps texts from steering the terminal and from filling the line") {
    BatchBuilder rows(Schema::make({{.name = "t", .type = Type::string}}));
    rows.push(0, "\x1b[31mred\n");
    rows.push(0, std::string(100, 'x'));
    rows.push(0, "\xc3\xa9t\xc3\xa9");
    CHECK(printed("", {rows.finish()}) == "t\n" + std::string(40, '-') + "\n\\x1b[31mred\\n\n" +
                                              std::string(39, 'x') + "…\n\xc3\xa9t\xc3\xa9\n" +
                                              "(3 rows)\n");
}

TEST_CASE("console without rows says so") {
    CHECK(printed("", {}) == "(0 rows)\n");
}

TEST_CASE("console fails when the standard output is gone, and is quiet then") {
    std::fflush(stdout);
    const int before = ::dup(STDOUT_FILENO);
    const int full = ::open("/dev/full", O_WRONLY);
    ::dup2(full, STDOUT_FILENO);
    TestContext context;
    const auto sink = make<Console>("");
    sink->bind(single(quotes().schema()));
    sink->open(context);
    std::string message;
    try {
        sink->write(quotes());
    } catch (const Error& error) {
        message = error.what();
    }
    sink->close();
    ::dup2(before, STDOUT_FILENO);
    ::close(before);
    ::close(full);
    std::clearerr(stdout);
    CHECK_THAT(message, Contains("standard output") && Contains("No space left"));
}

TEST_CASE("console conforms") {
    Captured captured;
    const auto broken = conformance<Console>({"", {quotes()}, {}});
    captured.text();
    CHECK(broken == std::vector<std::string>{});
    CHECK(make<Console>("")->repeats() == Repeats::harmless);
}
