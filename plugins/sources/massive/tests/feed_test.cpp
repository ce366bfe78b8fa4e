#include <catch2/catch.hpp>

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "fake_loop.hpp"
#include "feed/feed.hpp"
#include "tsflow/testing.hpp"

using namespace tsflow;
using namespace tsflow::massive;
using namespace std::chrono_literals;

namespace {

using test::FakeLoop;

/// A feed over a fake loop; the test is the server.
struct Service {
    explicit Service(std::vector<Tickers> wanted, Routing routing = Routing::manual,
                     std::vector<std::size_t> room = {}) {
        FeedOptions options;
        options.session.api_key = "key";
        options.routing = routing;
        options.failover_after = 10s;
        for (std::size_t i = 0; i < wanted.size(); ++i) {
            options.connections.push_back({"c" + std::to_string(i), i < room.size() ? room[i] : 0});
        }
        feed = std::make_unique<Feed>(
            loop, options, intake, clock,
            [this](Level, std::string_view text) { log.emplace_back(text); });
        feed->want(std::move(wanted));
        loop.settle();
    }
    ~Service() {
        loop.run_at_once();
        feed->stop();
    }

    void hear(std::size_t line, const std::string& frame) {
        loop.lines[line].hear(frame);
        loop.settle();
    }
    /// Plays the login on a line and acknowledges what it subscribes.
    void serve(std::size_t line) {
        loop.lines[line].open();
        hear(line, R"([{"ev":"status","status":"connected","message":"Connected Successfully"}])");
        hear(line, R"([{"ev":"status","status":"auth_success","message":"authenticated"}])");
        acknowledge(line);
    }
    void acknowledge(std::size_t line) {
        auto& sent = loop.lines[line].sent;
        for (; read[line] < sent.size(); ++read[line]) {
            const std::string& message = sent[read[line]];
            const bool drop = message.find("\"unsubscribe\"") != std::string::npos;
            const std::size_t begin = message.find("\"params\":\"") + 10;
            if (message.find("subscribe") == std::string::npos) {
                continue;
            }
            std::string frame = "[";
            std::string pairs = message.substr(begin, message.rfind('"') - begin) + ",";
            for (std::size_t at = 0, comma = 0; (comma = pairs.find(',', at)) != std::string::npos;
                 at = comma + 1) {
                const std::string pair = pairs.substr(at, comma - at);
                (drop ? on[line].erase(pair) : on[line].insert(pair).second);
                frame += std::string(frame.size() > 1 ? "," : "") +
                         R"({"ev":"status","status":"success","message":")" +
                         (drop ? "unsubscribed to: " : "subscribed to: ") + pair + "\"}";
            }
            hear(line, frame + "]");
        }
    }
    void acknowledge_all() {
        for (int round = 0; round < 4; ++round) {
            for (std::size_t line = 0; line < loop.lines.size(); ++line) {
                if (!loop.lines[line].gone())
                    acknowledge(line);
            }
        }
    }
    void lose(std::size_t line) {
        loop.lines[line].lose("lost");
        on[line].clear();
        loop.settle();
    }
    bool logged(std::string_view part) const {
        return std::any_of(log.begin(), log.end(), [&](const std::string& line) {
            return line.find(part) != std::string::npos;
        });
    }
    std::vector<FeedItem::Kind> kinds() {
        std::vector<FeedItem::Kind> all;
        while (const auto block = intake.take(0ms)) {
            for (const FeedItem& item : block->items()) {
                if (item.kind != FeedItem::Kind::frame)
                    all.push_back(item.kind);
            }
        }
        return all;
    }

    /// The tickers that came with items of this kind since the last look.
    Tickers told(FeedItem::Kind kind) {
        Tickers all;
        while (const auto block = intake.take(0ms)) {
            for (const FeedItem& item : block->items()) {
                if (item.kind == kind) {
                    const Tickers& tickers = block->note(item).tickers;
                    all.insert(all.end(), tickers.begin(), tickers.end());
                }
            }
        }
        return all;
    }

    FakeLoop loop;
    Intake intake{1 << 20};
    testing::FakeClock clock;
    std::vector<std::string> log;
    std::unique_ptr<Feed> feed;
    std::map<std::size_t, std::size_t> read;          // messages looked at, by line
    std::map<std::size_t, std::set<std::string>> on;  // subscribed, by line
};

using Set = std::set<std::string>;

}  // namespace

TEST_CASE("Each connection subscribes its own tickers, one that two name only once") {
    Service service({{"AAPL", "MSFT"}, {"MSFT", "NVDA"}});
    REQUIRE(service.loop.lines.size() == 2);
    service.serve(0);
    service.serve(1);
    CHECK(service.on[0] == Set{"AM.AAPL", "AM.MSFT"});
    CHECK(service.on[1] == Set{"AM.NVDA"});
}

TEST_CASE("The tickers of a connection that stays down move, and move back when it returns") {
    Service service({{"AAPL"}, {"NVDA"}});
    service.serve(0);
    service.serve(1);
    service.lose(1);
    service.loop.pass(9s);
    service.acknowledge_all();
    CHECK(service.on[0] == Set{"AM.AAPL"});
    service.loop.pass(1s);
    service.acknowledge(0);
    CHECK(service.on[0] == Set{"AM.AAPL", "AM.NVDA"});
    CHECK(service.logged("c1: stays down, its tickers move to the others"));

    service.loop.pass(Backoff::longest);
    const std::size_t again = service.loop.lines.size() - 1;
    service.serve(again);
    CHECK(service.on[again] == Set{"AM.NVDA"});
    service.acknowledge_all();
    CHECK(service.on[0] == Set{"AM.AAPL"});
    CHECK(service.logged("c1: takes its tickers back"));
}

TEST_CASE("A ticker that moves back stays with the old connection until the new one has it") {
    Service service({{"AAPL"}, {"NVDA"}});
    service.serve(0);
    service.serve(1);
    service.lose(1);
    service.loop.pass(10s);
    service.acknowledge(0);
    service.loop.pass(Backoff::longest);
    const std::size_t again = service.loop.lines.size() - 1;
    auto& line = service.loop.lines[again];
    line.open();
    service.hear(again, R"([{"ev":"status","status":"connected","message":""}])");
    service.hear(again, R"([{"ev":"status","status":"auth_success","message":""}])");
    CHECK(service.loop.lines[0].sent.back().find("unsubscribe") == std::string::npos);
    service.read[again] = 0;
    service.acknowledge(again);
    CHECK(service.loop.lines[0].sent.back() == R"({"action":"unsubscribe","params":"AM.NVDA"})");
}

TEST_CASE("With a limit of one connection the feed settles on one and gives it all tickers") {
    Service service({{"AAPL"}, {"NVDA"}, {"TSLA"}});
    service.serve(0);
    service.serve(1);
    const std::string refusal =
        R"([{"ev":"status","status":"max_connections","message":"Maximum number of connections exceeded."}])";
    service.hear(0, refusal);
    service.serve(2);
    service.hear(1, refusal);
    service.on[0].clear();
    service.on[1].clear();
    service.acknowledge_all();
    CHECK(service.on[2] == Set{"AM.AAPL", "AM.NVDA", "AM.TSLA"});
    service.loop.pass(24h);
    CHECK(service.loop.lines.size() == 3);  // nobody evicts anybody any more
    CHECK(service.logged("the plan allows fewer connections than the pipeline has"));
}

TEST_CASE("When the one connection that was allowed is lost, another is tried") {
    Service service({{"AAPL"}, {"NVDA"}});
    service.serve(0);
    service.serve(1);
    service.hear(0, R"([{"ev":"status","status":"max_connections","message":"limit"}])");
    service.acknowledge_all();
    service.lose(1);
    const std::size_t before = service.loop.lines.size();
    service.loop.pass(10s);
    // Both try: the one that was lost, and the one that had been refused.
    CHECK(service.loop.lines.size() >= before + 2);
}

TEST_CASE("Balanced routing shares the tickers, priority fills the first") {
    Service balanced({{"A", "B", "C", "D"}, {}}, Routing::balanced);
    balanced.serve(0);
    balanced.serve(1);
    CHECK(balanced.on[0].size() == 2);
    CHECK(balanced.on[1].size() == 2);

    Service priority({{}, {"A", "B", "C", "D"}}, Routing::priority, {3, 0});
    priority.serve(0);
    priority.serve(1);
    CHECK(priority.on[0].size() == 3);
    CHECK(priority.on[1].size() == 1);
}

TEST_CASE("Tickers without room are named") {
    Service service(std::vector<Tickers>{{"A", "B"}}, Routing::manual, {1});
    CHECK(service.logged("1 tickers have no connection with room for them"));
}

TEST_CASE("A refused key is told to the stage") {
    Service service(std::vector<Tickers>{{"A"}});
    service.loop.lines[0].open();
    service.hear(0,
                 R"([{"ev":"status","status":"auth_failed","message":"authentication failed"}])");
    CHECK(service.kinds() == std::vector{FeedItem::Kind::failed});
}

TEST_CASE("When the buffer is full the connection is dropped and the hole is told") {
    Service service(std::vector<Tickers>{{"A"}});
    service.serve(0);
    const std::string frame = "[\"" + std::string(600'000, 'x') + "\"]";
    service.hear(0, frame);
    service.hear(0, frame);
    CHECK(service.loop.lines[0].gone());
    bool overflow = false;
    while (const auto block = service.intake.take(0ms)) {
        for (const FeedItem& item : block->items()) {
            overflow =
                overflow || (item.kind == FeedItem::Kind::down && block->note(item).overflow);
        }
    }
    CHECK(overflow);
}

TEST_CASE("A changed universe subscribes and unsubscribes the difference") {
    Service service(std::vector<Tickers>{{"AAPL", "MSFT"}});
    service.serve(0);
    service.feed->want(std::vector<Tickers>{{"MSFT", "NVDA"}});
    service.loop.settle();
    service.acknowledge(0);
    CHECK(service.on[0] == Set{"AM.MSFT", "AM.NVDA"});
    CHECK(service.loop.lines.size() == 1);
}

TEST_CASE("The stage is told which tickers left the universe and which joined it") {
    Service service({{"AAPL", "MSFT"}, {"MSFT", "TSLA"}});
    CHECK(service.told(FeedItem::Kind::wanted).empty());
    service.feed->want({{"MSFT"}, {"NVDA"}});  // MSFT is on one connection still
    service.loop.settle();
    CHECK(service.told(FeedItem::Kind::unwanted) == Tickers{"AAPL", "TSLA"});
    service.feed->want({{"AAPL", "MSFT"}, {"NVDA"}});
    service.loop.settle();
    CHECK(service.told(FeedItem::Kind::wanted) == Tickers{"AAPL"});
}
