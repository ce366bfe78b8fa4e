#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "massive/channel.hpp"
#include "tsflow/builder.hpp"
#include "tsflow/symbol.hpp"
#include "tsflow/time.hpp"

namespace tsflow::market::massive {

/// Who is to deliver a ticker's rows: a connection's index, or one of these.
namespace owner {
inline constexpr std::uint8_t contested = 0xfe;  ///< being moved: ask FrameListener::contested()
inline constexpr std::uint8_t nobody = 0xff;     ///< drop the row, and count it
}  // namespace owner

/// What the parser tells while it reads a frame. Views are valid during the call only.
class FrameListener {
public:
    virtual void on_status(std::string_view status, std::string_view message) = 0;
    /// A row of a ticker that is being moved between connections: true to keep it. `event` is its JSON.
    virtual bool contested(Symbol symbol, std::string_view event) = 0;
    /// An event that cannot become a row (a price that is no number), or a frame that is no array.
    virtual void rejected(std::string_view raw, std::string_view reason) = 0;

protected:
    ~FrameListener() = default;
};

/// Where a frame came from.
struct FrameOrigin {
    Timestamp received;
    Symbol connection;             ///< its name
    std::uint8_t owner_index = 0;  ///< its index
};

/// Turns frames of the Massive stocks feed into rows: bytes in, rows out, no clock and no I/O. One
/// thread at a time. Rows collect in the builders until the caller finishes them.
///
/// Lenient as the feed demands: fields in any order, unknown fields and events skipped and counted,
/// volumes as numbers or decimal strings, times in ms, µs or ns by magnitude, `T` or `sym`; what is
/// missing and may be missing is null.
class FrameParser {
public:
    /// How many readable bytes must follow a frame's end.
    static const std::size_t padding;
    /// Whether a frame is UTF-8 throughout, as a text of the websocket's has to be (RFC 6455 section 5.6).
    static bool is_text(std::string_view frame) noexcept;

    struct Counts {
        std::uint64_t events = 0;  ///< became rows
        std::uint64_t statuses = 0;
        std::uint64_t unknown = 0;         ///< events of another kind, or of a channel not wanted
        std::uint64_t rejected = 0;        ///< told to the listener
        std::uint64_t unowned = 0;         ///< of a ticker that another connection delivers
        std::uint64_t unknown_fields = 0;  ///< skipped, of events that became rows or were rejected
        std::uint64_t unreadable_fields =
            0;  ///< of a wrong type where null will do, and so are null
    };

    /// `wanted[c]`: rows of that channel are built; its other events count as unknown.
    explicit FrameParser(const std::array<bool, channel_count>& wanted);
    FrameParser(FrameParser&&) noexcept;
    FrameParser& operator=(FrameParser&&) noexcept;
    ~FrameParser();

    /// Reads one frame; `padding` bytes behind it must be readable. `owners` is indexed by symbol code:
    /// a row is kept when its entry equals `origin.owner_index`; codes beyond the span are nobody's.
    /// An empty span keeps all rows. Never throws for what the frame holds.
    void parse(std::string_view frame, const FrameOrigin& origin,
               std::span<const std::uint8_t> owners, FrameListener& listener);

    /// The rows of a wanted channel so far; the caller finishes or clears them, and asks anew behind the
    /// next parse(), which does not bring them all up to date.
    BatchBuilder& rows(Channel channel);
    const Counts& counts() const noexcept;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace tsflow::market::massive
