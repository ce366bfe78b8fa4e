#include <catch2/catch.hpp>

#include <algorithm>
#include <string>
#include <vector>

#include "fake_loop.hpp"
#include "feed/session.hpp"

using namespace tsflow;
using namespace tsflow::massive;
using namespace std::chrono_literals;

namespace {

/// A session and what it tells, with the statuses told as the feed's owner would.
struct Talk final : SessionListener {
    explicit Talk(Tickers tickers, std::vector<std::string> channels = {"AM"}) {
        options.api_key = "secret";
        options.channels = std::move(channels);
        session = std::make_unique<Session>(loop, options, *this, 1);
        session->desire(tickers);
        session->start();
    }

    void status(std::string_view status, std::string_view message = "") {
        session->on_status(status, message);
        session->on_statuses_end();
        loop.settle();
    }
    test::FakeLoop::Line& line() { return loop.lines.back(); }
    void log_in() {
        line().open();
        status("connected", "Connected Successfully");
        status("auth_success", "authenticated");
    }

    /// Waits out the back-off; true when a new attempt came within its longest wait.
    bool await_attempt() {
        const std::size_t attempts = loop.lines.size();
        for (Duration waited{}; waited <= Backoff::longest && loop.lines.size() == attempts;
             waited += 10ms) {
            loop.pass(10ms);
        }
        return loop.lines.size() == attempts + 1;
    }

    void on_up() override { said.push_back("up"); }
    void on_down(std::string_view why) override { said.push_back("down: " + std::string(why)); }
    void on_covered(Tickers tickers) override {
        std::sort(tickers.begin(), tickers.end());
        for (const std::string& ticker : tickers)
            said.push_back("+" + ticker);
    }
    void on_released(Tickers tickers) override {
        for (const std::string& ticker : tickers)
            said.push_back("-" + ticker);
    }
    void on_refused(std::string_view) override {
        said.push_back("refused");
        session->keep_out(keep_out);
    }
    void on_failed(std::string_view why) override { said.push_back("failed: " + std::string(why)); }
    void on_frame(std::string_view) override {}
    void on_drained() override {}
    void on_note(bool, std::string_view text) override { notes.emplace_back(text); }

    bool noted(std::string_view part) const {
        return std::any_of(notes.begin(), notes.end(), [&](const std::string& note) {
            return note.find(part) != std::string::npos;
        });
    }

    test::FakeLoop loop;
    SessionOptions options;
    bool keep_out = false;
    std::vector<std::string> said, notes;
    std::unique_ptr<Session> session;
};

using Said = std::vector<std::string>;

}  // namespace

TEST_CASE("A session authenticates after the greeting and subscribes after the authentication") {
    Talk talk({"MSFT", "BRK.B"});
    talk.line().open();
    CHECK(talk.line().sent.empty());
    talk.status("connected", "Connected Successfully");
    CHECK(talk.line().sent == Said{R"({"action":"auth","params":"secret"})"});
    talk.status("auth_success", "authenticated");
    REQUIRE(talk.line().sent.size() == 2);
    CHECK(talk.line().sent[1] == R"({"action":"subscribe","params":"AM.BRK.B,AM.MSFT"})");
    talk.status("success", "subscribed to: AM.BRK.B");
    talk.status("success", "subscribed to: AM.MSFT");
    CHECK(talk.said == Said{"up", "+BRK.B", "+MSFT"});
    CHECK_FALSE(talk.session->awaits_acks());
}

TEST_CASE("A ticker is covered when all of its channels are acknowledged") {
    Talk talk({"MSFT"}, {"AM", "T"});
    talk.log_in();
    talk.status("success", "subscribed to: AM.MSFT");
    CHECK(talk.said == Said{"up"});
    talk.status("success", "subscribed to: T.MSFT");
    CHECK(talk.said == Said{"up", "+MSFT"});
}

TEST_CASE("Long lists of subscriptions go out in several messages") {
    Tickers many;
    for (int i = 0; i < 1201; ++i)
        many.push_back("T" + std::to_string(i));
    Talk talk(many);
    talk.log_in();
    REQUIRE(talk.line().sent.size() == 1 + 3);
    CHECK(std::count(talk.line().sent[1].begin(), talk.line().sent[1].end(), ',') == 500);
}

TEST_CASE("What is not acknowledged is asked for once more and then taken as subscribed") {
    Talk talk({"AAPL", "MSFT"});
    talk.log_in();
    talk.status("success", "subscribed to: AM.AAPL");
    const std::size_t before = talk.line().sent.size();
    talk.loop.pass(talk.options.ack_timeout);
    REQUIRE(talk.line().sent.size() == before + 1);
    CHECK(talk.line().sent.back() == R"({"action":"subscribe","params":"AM.MSFT"})");
    CHECK(talk.said == Said{"up", "+AAPL"});
    talk.loop.pass(talk.options.ack_timeout);
    CHECK(talk.said == Said{"up", "+AAPL", "+MSFT"});
    CHECK(talk.session->errors() == 1);
    CHECK(talk.noted("1 tickers were not acknowledged, taken as subscribed: MSFT"));
}

TEST_CASE("A change of what is desired is subscribed and unsubscribed without a reconnect") {
    Talk talk({"AAPL", "MSFT"});
    talk.log_in();
    talk.status("success", "subscribed to: AM.AAPL");
    talk.status("success", "subscribed to: AM.MSFT");
    talk.session->desire({"MSFT", "NVDA"});
    const auto& sent = talk.line().sent;
    REQUIRE(sent.size() == 4);
    CHECK(sent[2] == R"({"action":"subscribe","params":"AM.NVDA"})");
    CHECK(sent[3] == R"({"action":"unsubscribe","params":"AM.AAPL"})");
    talk.status("success", "unsubscribed to: AM.AAPL");
    talk.status("success", "subscribed to: AM.NVDA");
    CHECK(talk.said == Said{"up", "+AAPL", "+MSFT", "-AAPL", "+NVDA"});
    CHECK(talk.loop.lines.size() == 1);
}

TEST_CASE("A ticker that is wanted again while it is being unsubscribed is subscribed again") {
    Talk talk({"AAPL"});
    talk.log_in();
    talk.status("success", "subscribed to: AM.AAPL");
    talk.session->desire({});
    talk.session->desire({"AAPL"});
    talk.status("success", "unsubscribed to: AM.AAPL");
    CHECK(talk.line().sent.back() == R"({"action":"subscribe","params":"AM.AAPL"})");
    talk.status("success", "subscribed to: AM.AAPL");
    CHECK(talk.said == Said{"up", "+AAPL", "-AAPL", "+AAPL"});
}

TEST_CASE(
    "A lost connection comes back for as long as it takes, and everything is subscribed again") {
    Talk talk({"AAPL"});
    for (int i = 0; i < 30; ++i) {
        talk.line().lose("no route to host");
        CHECK(talk.session->state() == SessionState::waiting);
        REQUIRE(talk.await_attempt());
    }
    talk.log_in();
    CHECK(talk.line().sent.back() == R"({"action":"subscribe","params":"AM.AAPL"})");
    talk.status("success", "subscribed to: AM.AAPL");
    talk.line().lose("reset by peer");
    CHECK(talk.said == Said{"up", "+AAPL", "down: reset by peer"});
    REQUIRE(talk.await_attempt());
    talk.log_in();
    CHECK(talk.line().sent.back() == R"({"action":"subscribe","params":"AM.AAPL"})");
    CHECK(talk.session->reconnects() == 31);
}

TEST_CASE("The back-off starts anew only after a connection has lived for a while") {
    Talk talk({"AAPL"});
    for (int i = 0; i < 12;
         ++i) {  // up, and lost at once: the bound of the wait grows all the same
        talk.log_in();
        talk.line().lose("gone");
        REQUIRE(talk.await_attempt());
    }
    talk.log_in();
    talk.line().lose("gone");
    const std::size_t lines = talk.loop.lines.size();
    talk.loop.pass(Backoff::first);  // with this seed, the wait is longer than the first bound
    CHECK(talk.loop.lines.size() == lines);
    REQUIRE(talk.await_attempt());
    talk.log_in();
    talk.loop.pass(talk.options.proven_after);
    talk.line().lose("gone");
    talk.loop.pass(Backoff::first);
    CHECK(talk.loop.lines.size() == lines + 2);
}

TEST_CASE("A refused key ends the session for good") {
    Talk talk({"AAPL"});
    talk.line().open();
    talk.status("connected");
    talk.status("auth_failed", "authentication failed");
    CHECK(talk.said == Said{"failed: authentication failed"});
    CHECK(talk.session->state() == SessionState::failed);
    talk.loop.pass(1h);
    CHECK(talk.loop.lines.size() == 1);
    CHECK(talk.line().gone());
}

TEST_CASE("Beyond the plan's limit a session cools down, longer each time") {
    Talk talk({"AAPL"});
    talk.log_in();
    talk.status("max_connections", "Maximum number of connections exceeded.");
    CHECK(talk.said == Said{"up", "down: Maximum number of connections exceeded.", "refused"});
    CHECK(talk.session->state() == SessionState::cooling);
    talk.loop.pass(talk.options.cool_down - 1s);
    CHECK(talk.loop.lines.size() == 1);
    talk.loop.pass(1s);
    REQUIRE(talk.loop.lines.size() == 2);
    talk.log_in();
    talk.status("max_connections", "Maximum number of connections exceeded.");
    talk.loop.pass(2 * talk.options.cool_down - 1s);
    CHECK(talk.loop.lines.size() == 2);
    talk.loop.pass(1s);
    CHECK(talk.loop.lines.size() == 3);
}

TEST_CASE("A session that is kept out stays out until it is told") {
    Talk talk({"AAPL"});
    talk.keep_out = true;
    talk.log_in();
    talk.status("max_connections", "too many");
    talk.loop.pass(24h);
    CHECK(talk.loop.lines.size() == 1);
    talk.session->retry_now();
    CHECK(talk.loop.lines.size() == 2);
}

TEST_CASE("A server that never answers is given up in time") {
    Talk talk({"AAPL"});
    talk.loop.pass(talk.options.handshake_timeout);
    CHECK(talk.noted("no connection in time"));
    REQUIRE(talk.await_attempt());
    talk.line().open();
    talk.loop.pass(talk.options.handshake_timeout);
    CHECK(talk.noted("no answer to the authentication in time"));
    CHECK(talk.said.empty());
}

TEST_CASE("An error of the feed is counted and told, and the connection stays") {
    Talk talk({"AAPL"}, {"NOI"});
    talk.log_in();
    talk.status("error", "not authorized");
    CHECK(talk.session->errors() == 1);
    CHECK(talk.noted("not authorized"));
    CHECK(talk.session->state() == SessionState::streaming);
}

TEST_CASE("A stop says goodbye and ends") {
    Talk talk({"AAPL"});
    talk.log_in();
    talk.session->stop();
    CHECK(talk.line().closing);
    talk.line().lose("closed");
    CHECK(talk.session->state() == SessionState::stopped);
    talk.loop.pass(1h);
    CHECK(talk.loop.lines.size() == 1);
}

TEST_CASE("A session without tickers does not connect until it has some") {
    Talk talk(Tickers{});
    CHECK(talk.loop.lines.empty());
    talk.session->desire({"AAPL"});
    CHECK(talk.loop.lines.size() == 1);
}
