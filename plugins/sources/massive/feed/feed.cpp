#include "feed/feed.hpp"

#include <algorithm>
#include <cstring>
#include <future>
#include <iterator>
#include <optional>
#include <set>
#include <utility>

#include "massive/frame_parser.hpp"

namespace tsflow::massive {
namespace {

using market::massive::FrameListener;
using market::massive::FrameOrigin;
using market::massive::FrameParser;

/// How far into a frame a status is looked for when none is expected.
constexpr std::size_t head = 96;
constexpr std::chrono::milliseconds end_poll{10};
constexpr int end_polls = 300;

bool mentions_status(std::string_view text) {
    // Not from its quote on, which begins every sixth character of an event.
    return text.find("status\"") != std::string_view::npos;
}

}  // namespace

/// One connection with its session: hears what the session tells and hands it on.
class Feed::Link final : public SessionListener, private FrameListener {
public:
    Link(Feed& feed, std::size_t index)
        : feed_(feed),
          index_(index),
          statuses_({}),
          session_(feed.loop_, feed.options_.session, *this, feed.options_.seed + index) {}

    Session& session() { return session_; }
    const Session& session() const { return session_; }
    const std::string& name() const { return feed_.options_.connections[index_].name; }
    bool streaming() const { return session_.state() == SessionState::streaming; }

    void cancel_failover() {
        if (failover_) {
            feed_.loop_.cancel(*failover_);
            failover_.reset();
        }
    }
    void failover_later(Loop::Task task) {
        cancel_failover();
        failover_ =
            feed_.loop_.after(feed_.options_.failover_after, [this, task = std::move(task)] {
                failover_.reset();
                task();
            });
    }

    void on_up() override {
        note(Level::info, "connected");
        put(FeedItem::Kind::up, {});
        feed_.came_up(index_);
    }
    void on_down(std::string_view why) override {
        put(FeedItem::Kind::down, {{}, std::string(why), std::exchange(overflow_, false)});
        feed_.went_down(index_);
    }
    void on_covered(Tickers tickers) override {
        put(FeedItem::Kind::covered, {tickers, {}, false});
        feed_.covered(index_, tickers);
    }
    void on_released(Tickers tickers) override {
        put(FeedItem::Kind::released, {std::move(tickers), {}, false});
    }
    void on_refused(std::string_view why) override {
        note(Level::warning, "refused: " + std::string(why));
        feed_.refused(index_);
    }
    void on_failed(std::string_view why) override {
        put(FeedItem::Kind::failed, {{}, std::string(why), false});
    }
    void on_note(bool serious, std::string_view text) override {
        note(serious ? Level::warning : Level::info, text);
    }

    void on_frame(std::string_view frame) override {
        const Timestamp now = feed_.clock_.now();
        ++messages;
        bytes += frame.size();
        last_message = now;
        const bool expected = !streaming() || session_.awaits_acks();
        const bool told = mentions_status(expected ? frame : frame.substr(0, head));
        if (told) {
            tell_statuses(frame, now);
        }
        if (!feed_.intake_.push_frame(static_cast<std::uint8_t>(index_), now, frame, told)) {
            overflow_ = true;
            session_.drop("the pipeline is too slow: the feed's buffer is full");
        }
    }
    void on_drained() override { feed_.intake_.announce(); }
    void on_status(std::string_view status, std::string_view message) override {
        session_.on_status(status, message);
    }

    std::uint64_t messages = 0;
    std::uint64_t bytes = 0;
    Timestamp last_message;
    bool given_up = false;  // down for long, or refused: its tickers go to others that are up

private:
    bool contested(Symbol, std::string_view) override { return false; }
    void rejected(std::string_view, std::string_view) override {}  // the stage's parser tells it

    void tell_statuses(std::string_view frame, Timestamp now) {
        padded_.assign(frame);
        padded_.append(FrameParser::padding, '\0');
        statuses_.parse({padded_.data(), frame.size()}, FrameOrigin{now, {}, 0}, {}, *this);
        session_.on_statuses_end();
    }
    void put(FeedItem::Kind kind, FeedNote text) {
        feed_.intake_.push(kind, static_cast<std::uint8_t>(index_), feed_.clock_.now(),
                           std::move(text));
    }
    void note(Level level, std::string_view text) {
        feed_.log_(level, "connection " + name() + ": " + std::string(text));
    }

    Feed& feed_;
    const std::size_t index_;
    FrameParser statuses_;
    std::string padded_;
    bool overflow_ = false;
    std::optional<Loop::TimerId> failover_;
    Session session_;
};

Feed::Feed(Loop& loop, FeedOptions options, Intake& intake, const Clock& clock, LogLine log)
    : loop_(loop),
      options_(std::move(options)),
      intake_(intake),
      clock_(clock),
      log_(std::move(log)),
      assigned_(options_.connections.size()) {
    for (std::size_t i = 0; i < options_.connections.size(); ++i) {
        links_.push_back(std::make_unique<Link>(*this, i));
    }
}

Feed::~Feed() {
    stop();
}

void Feed::want(std::vector<Tickers> tickers) {
    loop_.post([this, tickers = std::move(tickers)]() mutable {
        if (ended_) {
            return;
        }
        const bool first = wanted_.empty();
        if (!first) {
            tell_changes(wanted_, tickers);
        }
        wanted_ = std::move(tickers);
        reassign();
        for (std::size_t i = 0; first && i < links_.size(); ++i) {
            links_[i]->session().start();
            watch(i);
        }
    });
}

void Feed::tell_changes(const std::vector<Tickers>& before, const std::vector<Tickers>& after) {
    const auto all = [](const std::vector<Tickers>& by_connection) {
        std::set<std::string> tickers;
        for (const Tickers& part : by_connection) {
            tickers.insert(part.begin(), part.end());
        }
        return tickers;
    };
    const auto tell = [&](FeedItem::Kind kind, const std::set<std::string>& these,
                          const std::set<std::string>& without) {
        Tickers tickers;
        std::set_difference(these.begin(), these.end(), without.begin(), without.end(),
                            std::back_inserter(tickers));
        if (!tickers.empty()) {
            intake_.push(kind, 0, clock_.now(), {std::move(tickers), {}, false});
        }
    };
    const std::set<std::string> old = all(before), now = all(after);
    tell(FeedItem::Kind::unwanted, old, now);
    tell(FeedItem::Kind::wanted, now, old);
}

void Feed::retry() {
    loop_.post([this] {
        for (const auto& link : links_) {
            link->given_up = false;
            link->session().retry_now();
        }
        reassign();
    });
}

void Feed::late_status(std::uint8_t connection, std::string status, std::string message) {
    loop_.post([this, connection, status = std::move(status), message = std::move(message)] {
        if (!ended_) {
            links_[connection]->session().on_status(status, message);
            links_[connection]->session().on_statuses_end();
        }
    });
}

void Feed::reassign() {
    if (wanted_.empty()) {
        return;
    }
    const bool any_alive = others_alive(links_.size());
    RoutingInput input{options_.routing, {}, {}};
    for (std::size_t i = 0; i < links_.size(); ++i) {
        input.connections.push_back({options_.connections[i].name,
                                     options_.connections[i].max_symbols,
                                     !any_alive || !links_[i]->given_up, wanted_[i]});
    }
    Assignment next = assign(input, assignment_);
    for (const Move& move : moves(assignment_, next)) {
        if (move.from && move.to && links_[*move.from]->streaming()) {
            leaving_.try_emplace(move.ticker, *move.from);
        }
    }
    assignment_ = std::move(next);
    for (Tickers& tickers : assigned_) {
        tickers.clear();
    }
    for (const auto& [ticker, owner] : assignment_.at) {
        assigned_[owner].push_back(ticker);
    }
    std::erase_if(leaving_, [&](const auto& entry) {
        const auto owner = assignment_.at.find(entry.first);
        return owner == assignment_.at.end() || owner->second == entry.second;
    });
    if (assignment_.unplaced != reported_unplaced_) {
        reported_unplaced_ = assignment_.unplaced;
        if (!reported_unplaced_.empty()) {
            log_(Level::warning,
                 std::to_string(reported_unplaced_.size()) +
                     " tickers have no connection with room for them, the first is " +
                     reported_unplaced_.front());
        }
    }
    for (std::size_t i = 0; i < links_.size(); ++i) {
        desire(i);
    }
}

void Feed::desire(std::size_t index) {
    Tickers tickers = assigned_[index];
    for (const auto& [ticker, from] : leaving_) {
        if (from == index) {
            tickers.push_back(ticker);
        }
    }
    links_[index]->session().desire(tickers);
}

void Feed::covered(std::size_t index, const Tickers& tickers) {
    std::vector<bool> relieved(links_.size(), false);
    for (const std::string& ticker : tickers) {
        const auto moving = leaving_.find(ticker);
        if (moving != leaving_.end() && moving->second != index) {
            relieved[moving->second] = true;
            leaving_.erase(moving);
        }
    }
    for (std::size_t i = 0; i < links_.size(); ++i) {
        if (relieved[i]) {
            desire(i);
        }
    }
}

void Feed::came_up(std::size_t index) {
    Link& link = *links_[index];
    link.cancel_failover();
    if (std::exchange(link.given_up, false)) {
        log_(Level::info, "connection " + link.name() + ": takes its tickers back");
    }
    reassign();
}

void Feed::went_down(std::size_t index) {
    std::erase_if(leaving_, [&](const auto& entry) { return entry.second == index; });
    if (!ended_) {
        watch(index);
    }
}

void Feed::watch(std::size_t index) {
    links_[index]->failover_later([this, index] {
        if (links_[index]->streaming()) {
            return;
        }
        links_[index]->given_up = true;
        if (others_alive(index)) {
            log_(Level::warning, "connection " + links_[index]->name() +
                                     ": stays down, its tickers move to the others");
        }
        reassign();
        // With one fewer alive the plan may have room for one that it refused.
        for (std::size_t i = 0; i < links_.size(); ++i) {
            if (i != index && links_[i]->session().state() == SessionState::cooling) {
                links_[i]->session().retry_now();
            }
        }
    });
}

void Feed::refused(std::size_t index) {
    if (!others_alive(index)) {
        return;
    }
    Link& link = *links_[index];
    link.cancel_failover();
    link.given_up = true;
    link.session().keep_out(true);
    log_(Level::warning,
         "connection " + link.name() +
             ": the plan allows fewer connections than the pipeline has; the others "
             "take its tickers");
    reassign();
}

bool Feed::others_alive(std::size_t index) const {
    for (std::size_t i = 0; i < links_.size(); ++i) {
        if (i != index && links_[i]->streaming()) {
            return true;
        }
    }
    return false;
}

std::vector<ConnectionStatus> Feed::status() {
    if (!running_) {
        return {};
    }
    std::promise<std::vector<ConnectionStatus>> promise;
    loop_.post([&] {
        std::vector<ConnectionStatus> all;
        for (std::size_t i = 0; i < links_.size(); ++i) {
            const Link& link = *links_[i];
            const Session& session = link.session();
            all.push_back({link.name(), session.state(), link.messages, link.bytes,
                           session.errors(), session.reconnects(), link.last_message,
                           assigned_[i].size()});
        }
        promise.set_value(std::move(all));
    });
    return promise.get_future().get();
}

void Feed::await_end(int rounds, std::function<void()> done) {
    const bool over = std::all_of(links_.begin(), links_.end(), [](const auto& link) {
        return link->session().state() == SessionState::stopped ||
               link->session().state() == SessionState::failed;
    });
    if (over || rounds == 0) {
        links_.clear();
        done();
        return;
    }
    loop_.after(end_poll, [this, rounds, done = std::move(done)]() mutable {
        await_end(rounds - 1, std::move(done));
    });
}

void Feed::stop() {
    if (!std::exchange(running_, false)) {
        return;
    }
    std::promise<void> ended;
    loop_.post([&] {
        ended_ = true;
        for (const auto& link : links_) {
            link->cancel_failover();
            if (link->session().state() != SessionState::failed) {
                link->session().stop();
            }
        }
        await_end(end_polls, [&] { ended.set_value(); });
    });
    ended.get_future().wait();
}

}  // namespace tsflow::massive
