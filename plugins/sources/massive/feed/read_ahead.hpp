#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/compose.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/role.hpp>
#include <boost/beast/core/stream_traits.hpp>
#include <boost/beast/websocket/teardown.hpp>

#include "feed/frame_scan.hpp"

namespace tsflow::massive {

/// A layer below a websocket that reads as much as has come in one call of the system, where the websocket
/// by itself takes three and two turns of the event loop for each frame.
///
/// It hands on a frame's header and its payload, and never anything of the next frame, so that none of it
/// is hidden in the websocket's own buffer: when has_frame() is true, a plain read of the websocket gets
/// that frame without waiting, and so a loop can read all that have come. Whole messages need not go through the
/// websocket at all.
template <class NextLayer>
class ReadAhead {
public:
    using next_layer_type = NextLayer;
    using executor_type = typename NextLayer::executor_type;
    using error_code = boost::system::error_code;

    template <class... Args>
    explicit ReadAhead(Args&&... args) : next_(std::forward<Args>(args)...) {}

    NextLayer& next_layer() noexcept { return next_; }
    const NextLayer& next_layer() const noexcept { return next_; }
    executor_type get_executor() noexcept { return next_.get_executor(); }

    /// A whole frame with data is here.
    bool has_frame() const noexcept { return scan_.data_frame_in(waiting()); }
    /// Of the frame that has_frame() tells of.
    std::size_t payload() const noexcept { return scan_.payload_in(waiting()); }
    /// The text of the whole message that comes next, if one does. Only between two messages of the websocket's: it
    /// may take this one past it, by skip(), as if the server had not sent it.
    std::optional<std::string_view> message() const noexcept { return scan_.message_in(waiting()); }
    void skip(std::string_view message) noexcept {
        begin_ = static_cast<std::size_t>(message.data() + message.size() - bytes_.get());
    }
    /// A read ends at once.
    bool ready() const noexcept { return scan_.deliverable(waiting()) > 0; }
    /// The last read took all the room, so there may be more to read at once.
    bool was_full() const noexcept { return end_ == capacity; }

    template <class Buffers>
    std::size_t read_some(const Buffers& to, error_code& error) {
        error = {};
        while (!ready()) {
            end_ += next_.read_some(room(), error);
            if (error) {
                return 0;
            }
        }
        return take(to);
    }
    template <class Buffers>
    std::size_t read_some(const Buffers& to) {
        error_code error;
        const std::size_t size = read_some(to, error);
        if (error) {
            throw boost::system::system_error(error);
        }
        return size;
    }

    template <class Buffers, class Token>
    auto async_read_some(const Buffers& to, Token&& token) {
        return boost::asio::async_compose<Token, void(error_code, std::size_t)>(
            [this, to, begun = false](auto& self, error_code error = {},
                                      std::size_t size = 0) mutable {
                end_ += size;
                if (!error && !ready()) {
                    begun = true;
                    next_.async_read_some(room(), std::move(self));
                } else if (!std::exchange(begun, true)) {
                    boost::asio::post(next_.get_executor(), std::move(self));
                } else {
                    self.complete(error, error ? 0 : take(to));
                }
            },
            token, next_);
    }

    template <class Buffers>
    std::size_t write_some(const Buffers& from, error_code& error) {
        return next_.write_some(from, error);
    }
    template <class Buffers>
    std::size_t write_some(const Buffers& from) {
        return next_.write_some(from);
    }
    template <class Buffers, class Token>
    auto async_write_some(const Buffers& from, Token&& token) {
        return next_.async_write_some(from, std::forward<Token>(token));
    }

    // What a websocket does to the layer below at its end. The plain read of a frame gets here when that is
    // broken, and must not wait for what the server does about it.
    friend void teardown(boost::beast::role_type /*role*/, ReadAhead& stream, error_code& error) {
        boost::beast::get_lowest_layer(stream.next_).socket().close(error);
    }
    template <class Handler>
    friend void async_teardown(boost::beast::role_type role, ReadAhead& stream, Handler&& handler) {
        using boost::beast::websocket::async_teardown;
        async_teardown(role, stream.next_, std::forward<Handler>(handler));
    }

private:
    static constexpr std::size_t capacity = std::size_t{256} << 10;

    std::string_view waiting() const noexcept { return {bytes_.get() + begin_, end_ - begin_}; }

    /// Behind what waits, which is not more than a part of a header.
    boost::asio::mutable_buffer room() noexcept {
        std::memmove(bytes_.get(), bytes_.get() + begin_, end_ - begin_);
        end_ -= std::exchange(begin_, 0);
        return {bytes_.get() + end_, capacity - end_};
    }

    template <class Buffers>
    std::size_t take(const Buffers& to) {
        const std::size_t size = boost::asio::buffer_copy(
            to, boost::asio::buffer(bytes_.get() + begin_, scan_.deliverable(waiting())));
        scan_.delivered(waiting().substr(0, size));
        begin_ += size;
        return size;
    }

    NextLayer next_;
    std::unique_ptr<char[]> bytes_{new char[capacity]};
    std::size_t begin_ = 0, end_ = 0;
    FrameScan scan_;
};

}  // namespace tsflow::massive
