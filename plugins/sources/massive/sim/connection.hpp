#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "control.hpp"
#include "feed.hpp"
#include "http.hpp"
#include "transport.hpp"
#include "websocket.hpp"

namespace tsflow::massive_sim {

/// What connections are for.
struct Services {
    std::function<HttpResponse(const HttpRequest&)> respond;
    std::function<Refusal::How()> refusal;
    std::function<void()> drained;  ///< something was sent
    Feed* feed = nullptr;
    std::string scheme;  ///< of the requests' origin
};

/// One connection: HTTP requests, and from an upgrade on the websocket of a client.
class Connection final : public Link, public std::enable_shared_from_this<Connection> {
public:
    Connection(boost::asio::io_context& io, std::unique_ptr<Transport> transport,
               const Services& services);

    void begin();
    /// The simulator ends: a close frame for a websocket, and no more.
    void go_away();
    bool is_over() const noexcept { return over_; }

    Outbox& outbox() override { return outbox_; }
    void flush() override;
    void close(std::uint16_t code, std::string_view reason) override;
    void finish() override;
    void abort(bool reset) override;
    void stall(bool stalled) override;
    void limit_rate(std::int64_t bytes_per_second) override;

private:
    using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;
    using Error = boost::system::error_code;

    void read();
    void take(std::string_view bytes);
    void take_http();
    void take_websocket();
    void handle(const HttpRequest& request);
    void answer(const HttpResponse& response, bool keep_alive);
    void upgrade(const HttpRequest& request);
    HttpRequest request_of(const Parser& parser) const;
    void answer_close(const FrameReader::Message& message);
    std::size_t allowance();
    void end_sending();
    void after(std::chrono::steady_clock::duration wait, std::function<void()> then);
    void over();

    boost::asio::io_context& io_;
    std::unique_ptr<Transport> transport_;
    const Services& services_;
    std::vector<char> input_;
    std::string unread_;  // bytes of HTTP
    std::optional<Parser> parser_;
    bool busy_ = false;     // with an answer that is delayed
    bool hanging_ = false;  // answers nothing any more
    FrameReader frames_;
    Feed::ClientPtr client_;  // from the upgrade on

    Outbox outbox_;
    std::vector<std::string_view> pieces_;
    std::vector<boost::asio::const_buffer> buffers_;
    bool writing_ = false;
    bool stalled_ = false;
    bool ending_ = false;  // when all is sent
    bool sent_all_ = false;
    bool sent_close_ = false;
    bool got_close_ = false;
    bool over_ = false;
    std::int64_t rate_ = 0;
    double allowed_ = 0;
    Steady allowed_at_;
    bool waiting_for_rate_ = false;
};

}  // namespace tsflow::massive_sim
