#include "massive/frame_parser.hpp"

#include <algorithm>
#include <bit>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <simdjson.h>

#include "event_text.hpp"
#include "field_iterator.hpp"
#include "massive/records.hpp"
#include "row_reader.hpp"
#include "scratch.hpp"
#include "ticker_cache.hpp"
#include "wire_events.hpp"
#include "wire_values.hpp"

namespace tsflow::market::massive {

const std::size_t FrameParser::padding = simdjson::SIMDJSON_PADDING;

namespace {

using simdjson::ondemand::object;
using At = wire::FieldIterator::At;
using wire::Verdict;

/// Whether the JSON behind an event can still be read.
enum class Step : std::uint8_t { on, broken };

/// The object or array that begins at `begin`, or all up to `end` when it does not end.
std::string_view text_at(const char* begin, const char* end) {
    const std::string_view rest{begin, static_cast<std::size_t>(end - begin)};
    const std::size_t length = object_length(rest);
    return length == 0 ? rest : rest.substr(0, length);
}

/// Behind what begins at `begin`; of a number or the like, only behind its first character.
const char* behind(const char* begin, const char* end) {
    const std::string_view rest{begin, static_cast<std::size_t>(end - begin)};
    return begin + std::max<std::size_t>(object_length(rest), 1);
}

/// What one call of parse() was given.
struct Frame {
    const FrameOrigin& origin;
    std::span<const std::uint8_t> owners;
    FrameListener& listener;
    const char* end;  ///< of the text being read
};

/// An event being read.
struct Event {
    const char* begin;
    std::string_view kind;
    wire::FieldIterator fields;
};

}  // namespace

/// A frame is read in one pass. simdjson first finds where the values begin in all of its text; then
/// each event is read into a record of its channel, which is taken back when something in it is wrong.
/// Records go to the builders many at a time, a column after the other. What simdjson cannot
/// make sense of is cut into objects by their braces and these are read one by one: that is slow, and
/// saves what can be saved of a broken frame.
struct FrameParser::State {
    explicit State(const std::array<bool, channel_count>& wanted_channels);

    void parse(std::string_view text, const Frame& frame);
    const char* read_events(std::string_view text, const Frame& frame);
    void salvage(std::string_view text, const Frame& frame);
    Step read_event(object& fields, const char* begin, const Frame& frame);
    Step read_kind(Event& event, const Frame& frame);
    Step read_status(Event& event, const Frame& frame);
    template <class Fields, std::size_t channel>
    Step read_row(Event& event, const Frame& frame);
    template <std::size_t channel>
    void flush();
    template <std::size_t... channel>
    void flush_all(std::index_sequence<channel...> /*all*/) {
        (flush<channel>(), ...);
    }
    void reject(std::string_view raw, const Frame& frame, std::string_view reason);

    std::array<bool, channel_count> wanted;
    Counts counts;
    std::vector<BatchBuilder> builders;
    simdjson::ondemand::parser parser;
    TickerCache tickers;
    wire::Lenient lenient;
    // By channel: rows that are not in the builders yet.
    std::tuple<Scratch<Aggregate>, Scratch<Aggregate>, Scratch<Trade>, Scratch<Quote>,
               Scratch<Luld>, Scratch<Imbalance>, Scratch<Fmv>>
        records;
    std::string copy;   // of a frame with the wrong bytes behind it
    std::string alone;  // one event of a broken frame
};

FrameParser::State::State(const std::array<bool, channel_count>& wanted_channels)
    : wanted(wanted_channels) {
    builders.reserve(channel_count);
    for (std::size_t i = 0; i < channel_count; ++i) {
        builders.emplace_back(schema_of(static_cast<Channel>(i)));
    }
}

void FrameParser::State::reject(std::string_view raw, const Frame& frame, std::string_view reason) {
    ++counts.rejected;
    frame.listener.rejected(raw, reason);
}

void FrameParser::State::parse(std::string_view text, const Frame& frame) {
    const char* unread = read_events(text, frame);
    if (unread == text.data() && text.find_first_not_of("[], \t\r\n") == text.npos) {
        reject(text, frame, "the frame is no array of events");
    } else if (unread != nullptr) {
        salvage({unread, static_cast<std::size_t>(frame.end - unread)}, frame);
    }
}

/// Reads an array of events; returns where that begins which could not be read, or null.
const char* FrameParser::State::read_events(std::string_view text, const Frame& frame) {
    if (parser.capacity() < text.size() &&
        parser.allocate(std::bit_ceil(text.size())) != simdjson::SUCCESS) {
        return text.data();
    }
    // Here and below, results are used where they are: to copy what they hold takes as long as to read a
    // field of an event.
    auto document = parser.iterate(text, text.size() + padding);
    if (document.error() != simdjson::SUCCESS) {
        return text.data();
    }
    // simdjson trusts that what follows a text does not look like more of it. (Only now, because by now
    // the end of the text is in the cache.)
    if (*frame.end == ']' || *frame.end == '}' || *frame.end == ',') {
        copy.assign(text);
        copy.reserve(copy.size() + padding);
        Frame copied = frame;
        copied.end = copy.data() + copy.size();
        const char* const unread = read_events(copy, copied);
        return unread == nullptr ? nullptr : text.data() + (unread - copy.data());
    }
    auto events = document.get_array();
    if (events.error() != simdjson::SUCCESS) {
        return text.data();
    }
    const char* last = nullptr;
    for (auto element : events.value_unsafe()) {
        if (element.error() != simdjson::SUCCESS) {
            return last == nullptr ? text.data() : behind(last, frame.end);
        }
        last = element.raw_json_token().value_unsafe().data();
        auto fields = element.get_object();
        if (fields.error() == simdjson::INCORRECT_TYPE) {
            const bool nested = *last == '[';
            reject(nested ? text_at(last, frame.end)
                          : wire::trimmed(element.raw_json_token().value_unsafe()),
                   frame, "this is no event");
        } else if (fields.error() != simdjson::SUCCESS ||
                   read_event(fields.value_unsafe(), last, frame) == Step::broken) {
            return last;
        }
    }
    const char* trailing = nullptr;
    return document.current_location().get(trailing) == simdjson::SUCCESS ? trailing : nullptr;
}

/// Reads what can be read of a text that is not JSON, object by object.
void FrameParser::State::salvage(std::string_view text, const Frame& frame) {
    constexpr std::string_view between = "[], \t\r\n";
    for (std::size_t at = 0; (at = text.find_first_not_of(between, at)) != text.npos;) {
        if (text[at] != '{') {
            const std::size_t end = std::min(text.find('{', at), text.size());
            reject(text.substr(at, end - at), frame, "this is no event");
            at = end;
            continue;
        }
        const std::size_t length = object_length(text.substr(at));
        if (length == 0) {
            reject(text.substr(at), frame, "the frame ends within an event");
            return;
        }
        const std::string_view object = text.substr(at, length);
        alone.clear();
        alone.append("[").append(object).append("]");
        alone.reserve(alone.size() + padding);
        Frame part = frame;
        part.end = alone.data() + alone.size();
        if (read_events(alone, part) != nullptr) {
            reject(object, frame, "this is no JSON");
        }
        at += length;
    }
}

Step FrameParser::State::read_event(object& fields, const char* begin, const Frame& frame) {
    Event event{begin, {}, wire::FieldIterator(fields)};
    wire::FieldIterator& at = event.fields;
    const bool usual = at.at() == At::field && wire::is_key<wire::key("ev")>(at.key());
    if (!usual) {
        // The feed puts it first; should that change, it is looked for and all is read from the start.
        while (at.at() == At::field && !wire::is_key<wire::key("ev")>(at.key())) {
            at.advance();
        }
    }
    if (at.at() == At::broken || (at.at() == At::field && at.lacks_value())) {
        return Step::broken;
    }
    if (at.at() == At::end || !lenient.texts.read(at.value(), event.kind)) {
        reject(text_at(begin, frame.end), frame,
               at.at() == At::end ? "the event has no `ev`" : "`ev` is no text");
        return Step::on;
    }
    if (usual) {
        at.advance();
    } else if (fields.reset().error() == simdjson::SUCCESS) {
        at = wire::FieldIterator(fields);
    } else {
        return Step::broken;
    }
    return read_kind(event, frame);
}

Step FrameParser::State::read_kind(Event& event, const Frame& frame) {
    using wire::key;
    const auto is_wanted = [this](Channel channel) {
        return wanted[static_cast<std::size_t>(channel)];
    };
    switch (event.kind.size() <= sizeof(wire::Key) ? key(event.kind) : 0) {
        case key("AM"):
            if (is_wanted(Channel::minute)) {
                return read_row<wire::AggregateEvent, 0>(event, frame);
            }
            break;
        case key("A"):
            if (is_wanted(Channel::second)) {
                return read_row<wire::AggregateEvent, 1>(event, frame);
            }
            break;
        case key("T"):
            if (is_wanted(Channel::trades)) {
                return read_row<wire::TradeEvent, 2>(event, frame);
            }
            break;
        case key("Q"):
            if (is_wanted(Channel::quotes)) {
                return read_row<wire::QuoteEvent, 3>(event, frame);
            }
            break;
        case key("LULD"):
            if (is_wanted(Channel::luld)) {
                return read_row<wire::LuldEvent, 4>(event, frame);
            }
            break;
        case key("NOI"):
            if (is_wanted(Channel::imbalance)) {
                return read_row<wire::ImbalanceEvent, 5>(event, frame);
            }
            break;
        case key("FMV"):
            if (is_wanted(Channel::fmv)) {
                return read_row<wire::FmvEvent, 6>(event, frame);
            }
            break;
        default:
            if (event.kind == "status") {
                return read_status(event, frame);
            }
    }
    ++counts.unknown;
    return Step::on;
}

Step FrameParser::State::read_status(Event& event, const Frame& frame) {
    std::string_view status;
    std::string_view message;
    wire::FieldIterator& fields = event.fields;
    for (; fields.at() == At::field; fields.advance()) {
        const std::string_view key = wire::key_text(fields.key());
        if (key == "status") {
            lenient.texts.read(fields.value(), status);
        } else if (key == "message") {
            lenient.texts.read(fields.value(), message);
        }
    }
    if (fields.at() == At::broken) {
        return Step::broken;
    }
    if (status.empty()) {
        reject(text_at(event.begin, frame.end), frame, "the event has no `status`");
        return Step::on;
    }
    ++counts.statuses;
    frame.listener.on_status(status, message);
    return Step::on;
}

template <class Fields, std::size_t channel>
Step FrameParser::State::read_row(Event& event, const Frame& frame) {
    auto& rows = std::get<channel>(records);
    if (rows.full()) {
        flush<channel>();
    }
    auto& row = rows.begin();
    Fields fields{row};
    wire::RowReader reader(fields, lenient, tickers, frame.owners, frame.origin.owner_index);
    Verdict verdict = reader.read(event.fields, event.kind);
    counts.unknown_fields += reader.unknown_fields;
    if (verdict == Verdict::complete && reader.contested &&
        !frame.listener.contested(row.symbol, text_at(event.begin, frame.end))) {
        verdict = Verdict::unowned;
    }
    if (verdict != Verdict::complete) {
        if (verdict == Verdict::refused) {
            std::string reason = reader.name.empty() ? "" : "`" + std::string{reader.name} + "` ";
            reject(text_at(event.begin, frame.end), frame, reason.append(reader.reason));
        } else if (verdict == Verdict::unowned) {
            ++counts.unowned;
        }
        return verdict == Verdict::broken ? Step::broken : Step::on;
    }
    row.received = frame.origin.received;
    row.connection = frame.origin.connection;
    rows.keep();
    ++counts.events;
    return Step::on;
}

template <std::size_t channel>
void FrameParser::State::flush() {
    std::get<channel>(records).move_to(builders[channel]);
}

FrameParser::FrameParser(const std::array<bool, channel_count>& wanted)
    : state_(std::make_unique<State>(wanted)) {}
FrameParser::FrameParser(FrameParser&&) noexcept = default;
FrameParser& FrameParser::operator=(FrameParser&&) noexcept = default;
FrameParser::~FrameParser() = default;

bool FrameParser::is_text(std::string_view frame) noexcept {
    return simdjson::validate_utf8(frame.data(), frame.size());
}

void FrameParser::parse(std::string_view frame, const FrameOrigin& origin,
                        std::span<const std::uint8_t> owners, FrameListener& listener) {
    state_->parse(frame, {origin, owners, listener, frame.data() + frame.size()});
    state_->lenient.texts.forget();
    state_->counts.unreadable_fields = state_->lenient.unreadable;
}

BatchBuilder& FrameParser::rows(Channel channel) {
    state_->flush_all(std::make_index_sequence<channel_count>{});
    return state_->builders[static_cast<std::size_t>(channel)];
}

const FrameParser::Counts& FrameParser::counts() const noexcept {
    return state_->counts;
}

}  // namespace tsflow::market::massive
