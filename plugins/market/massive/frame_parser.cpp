#include "massive/frame_parser.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <simdjson.h>

#include "append_rows.hpp"
#include "event_text.hpp"
#include "massive/records.hpp"
#include "ticker_cache.hpp"
#include "wire_events.hpp"
#include "wire_values.hpp"

namespace tsflow::market::massive {

const std::size_t FrameParser::padding = simdjson::SIMDJSON_PADDING;

namespace {

using simdjson::ondemand::document;
using simdjson::ondemand::object;
using simdjson::ondemand::object_iterator;
using simdjson::ondemand::value;
using wire::Field;

/// The feed has none of more than some 20 characters, and each new one takes memory for good.
constexpr std::size_t longest_ticker = 64;

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

/// An event being read: the fields up to `next` are.
struct Event {
    const char* begin;
    std::string_view kind;
    object_iterator next;
    object_iterator end;
};

}  // namespace

/// A frame is read in one pass. simdjson first finds where the values begin in all of its text; then
/// each event is read into a record of its channel, which is taken back when something in it is wrong.
/// At the end of the frame the records go to the builders, a column at a time. What simdjson cannot
/// make sense of is cut into objects by their braces and these are read one by one: that is slow, and
/// saves what can be saved of a broken frame.
struct FrameParser::State {
    explicit State(const std::array<bool, channel_count>& wanted_channels);

    void parse(std::string_view text, Frame frame);
    const char* read_events(std::string_view text, const Frame& frame);
    void salvage(std::string_view text, const Frame& frame);
    Step read_event(value& element, const char* begin, const Frame& frame);
    Step read_kind(Event& event, const Frame& frame);
    Step read_status(Event& event, const Frame& frame);
    template <class Fields, std::size_t channel>
    Step read_row(Event& event, const Frame& frame);
    void flush();
    void reject(std::string_view raw, const Frame& frame, std::string_view reason);

    std::array<bool, channel_count> wanted;
    Counts counts;
    std::vector<BatchBuilder> builders;
    simdjson::ondemand::parser parser;
    TickerCache tickers;
    wire::Lenient lenient;
    // By channel, of the frame being read.
    std::tuple<std::vector<Aggregate>, std::vector<Aggregate>, std::vector<Trade>,
               std::vector<Quote>, std::vector<Luld>, std::vector<Imbalance>, std::vector<Fmv>>
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

void FrameParser::State::parse(std::string_view text, Frame frame) {
    // simdjson trusts that what follows a text does not look like more of it.
    if (std::string_view{"]},"}.find(*frame.end) != std::string_view::npos) {
        copy.assign(text);
        copy.reserve(copy.size() + padding);
        text = copy;
        frame.end = text.data() + text.size();
    }
    const char* unread = read_events(text, frame);
    flush();
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
    document document;
    simdjson::ondemand::array events;
    if (parser.iterate(text, text.size() + padding).get(document) != simdjson::SUCCESS ||
        document.get_array().get(events) != simdjson::SUCCESS) {
        return text.data();
    }
    const char* last = nullptr;
    for (auto element : events) {
        value event;
        if (element.get(event) != simdjson::SUCCESS) {
            return last == nullptr ? text.data() : behind(last, frame.end);
        }
        last = event.raw_json_token().data();
        if (read_event(event, last, frame) == Step::broken) {
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
        flush();
        at += length;
    }
}

Step FrameParser::State::read_event(value& element, const char* begin, const Frame& frame) {
    object fields;
    const simdjson::error_code error = element.get_object().get(fields);
    if (error == simdjson::INCORRECT_TYPE) {
        const bool nested = *begin == '[';
        reject(nested ? text_at(begin, frame.end) : wire::token_of(element), frame,
               "this is no event");
        return Step::on;
    }
    if (error != simdjson::SUCCESS) {
        return Step::broken;
    }
    Event event{begin, {}, fields.begin().value_unsafe(), fields.end().value_unsafe()};
    if (event.next == event.end) {
        reject("{}", frame, "the event has no `ev`");
        return Step::on;
    }
    simdjson::ondemand::field first;
    if ((*event.next).get(first) != simdjson::SUCCESS) {
        return Step::broken;
    }
    value kind;
    if (wire::key_at(first.key().raw()) == wire::key("ev")) {
        kind = first.value();
        if (!lenient.texts.read(kind, event.kind)) {
            reject(text_at(begin, frame.end), frame, "`ev` is no text");
            return Step::on;
        }
        ++event.next;
        return read_kind(event, frame);
    }
    // The feed puts it first; should that change, it is looked for and all is read from the start.
    bool not_empty = false;
    if (fields.reset().get(not_empty) != simdjson::SUCCESS) {
        return Step::broken;
    }
    const simdjson::error_code found = fields.find_field("ev").get(kind);
    if (found != simdjson::SUCCESS && found != simdjson::NO_SUCH_FIELD) {
        return Step::broken;
    }
    if (found == simdjson::NO_SUCH_FIELD || !lenient.texts.read(kind, event.kind)) {
        reject(text_at(begin, frame.end), frame,
               found == simdjson::SUCCESS ? "`ev` is no text" : "the event has no `ev`");
        return Step::on;
    }
    if (fields.reset().get(not_empty) != simdjson::SUCCESS) {
        return Step::broken;
    }
    event.next = fields.begin().value_unsafe();
    event.end = fields.end().value_unsafe();
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
    for (; event.next != event.end; ++event.next) {
        simdjson::ondemand::field field;
        if ((*event.next).get(field) != simdjson::SUCCESS) {
            return Step::broken;
        }
        if (field.key().unsafe_is_equal("status")) {
            lenient.texts.read(field.value(), status);
        } else if (field.key().unsafe_is_equal("message")) {
            lenient.texts.read(field.value(), message);
        }
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
    auto& row = rows.emplace_back();
    Fields fields{row};
    bool has_ticker = false;
    bool is_contested = false;
    const auto refuse = [&](std::string_view reason) {
        rows.pop_back();
        reject(text_at(event.begin, frame.end), frame, reason);
        return Step::on;
    };
    // On the stack, where the compiler sees that nothing else changes them.
    object_iterator next = event.next;
    const object_iterator end = event.end;
    for (; next != end; ++next) {
        auto field = *next;  // copied out of its result, it would be read back before it is stored
        if (field.error() != simdjson::SUCCESS) {
            rows.pop_back();
            return Step::broken;
        }
        const char* const raw = field.key().value_unsafe().raw();
        const value from = field.value().value_unsafe();
        const wire::Key name = wire::key_at(raw);
        const Field result = fields.read(name, from, lenient);
        if (result == Field::fine) {
            continue;
        }
        if (result == Field::wrong) {
            const std::string_view key{raw, std::strcspn(raw, "\"")};
            return refuse("`" + std::string{key} + "` has a value that cannot be read");
        }
        std::string_view text;
        if (name == wire::key("sym") || name == wire::key("T")) {
            if (!lenient.texts.read(from, text) || text.empty() || text.size() > longest_ticker) {
                return refuse("the ticker is no text of 1 to 64 bytes");
            }
            const Symbol symbol = tickers.find(text);
            if (has_ticker && row.symbol != symbol) {
                return refuse("the event has two tickers");
            }
            row.symbol = symbol;
            has_ticker = true;
            if (!frame.owners.empty()) {
                const auto code = static_cast<std::size_t>(symbol.code());
                const std::uint8_t owner =
                    code < frame.owners.size() ? frame.owners[code] : owner::nobody;
                is_contested = owner == owner::contested;
                if (owner != frame.origin.owner_index && !is_contested) {
                    ++counts.unowned;
                    rows.pop_back();
                    return Step::on;
                }
            }
        } else if (name != wire::key("ev")) {
            ++counts.unknown_fields;
        } else if (!lenient.texts.read(from, text) || text != event.kind) {
            return refuse("the event has two kinds");
        }
    }
    fields.finish();
    constexpr std::uint32_t all = (1U << Fields::needs.size()) - 1;
    if (!has_ticker) {
        return refuse("the event has no ticker");
    }
    if (fields.seen != all) {
        const auto missing = static_cast<std::size_t>(std::countr_one(fields.seen));
        return refuse("the event has no `" + std::string{Fields::needs[missing]} + "`");
    }
    if (is_contested && !frame.listener.contested(row.symbol, text_at(event.begin, frame.end))) {
        ++counts.unowned;
        rows.pop_back();
        return Step::on;
    }
    row.received = frame.origin.received;
    row.connection = frame.origin.connection;
    ++counts.events;
    return Step::on;
}

void FrameParser::State::flush() {
    const auto append = [](BatchBuilder& builder, auto& rows) {
        if (!rows.empty()) {
            append_rows(builder, std::span{std::as_const(rows)});
            rows.clear();
        }
    };
    std::apply(
        [&](auto&... rows) {
            std::size_t channel = 0;
            (append(builders[channel++], rows), ...);
        },
        records);
    lenient.texts.forget();
}

FrameParser::FrameParser(const std::array<bool, channel_count>& wanted)
    : state_(std::make_unique<State>(wanted)) {}
FrameParser::FrameParser(FrameParser&&) noexcept = default;
FrameParser& FrameParser::operator=(FrameParser&&) noexcept = default;
FrameParser::~FrameParser() = default;

void FrameParser::parse(std::string_view frame, const FrameOrigin& origin,
                        std::span<const std::uint8_t> owners, FrameListener& listener) {
    state_->parse(frame, {origin, owners, listener, frame.data() + frame.size()});
    state_->counts.unreadable_fields = state_->lenient.unreadable;
}

BatchBuilder& FrameParser::rows(Channel channel) {
    return state_->builders[static_cast<std::size_t>(channel)];
}

const FrameParser::Counts& FrameParser::counts() const noexcept {
    return state_->counts;
}

}  // namespace tsflow::market::massive
