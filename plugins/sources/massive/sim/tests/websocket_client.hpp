#pragma once

#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "sim/simulator.hpp"

namespace tsflow::massive_sim::testing {

using Json = nlohmann::json;

/// How a connection ended.
struct End {
    std::uint16_t code = 0;  ///< of the close frame; 0: there was none
    std::string reason;
    bool is_orderly = false;  ///< also below the websocket, such as TLS
};

/// A websocket client that another library implements (Beast). Everything has a deadline, beyond
/// which it throws.
class WebsocketClient {
public:
    /// `authority`: certificates to trust, for wss.
    explicit WebsocketClient(const std::string& url, const std::string& authority = "");
    ~WebsocketClient();
    WebsocketClient(WebsocketClient&&) noexcept;

    void send_text(std::string_view text);
    void send(const Json& message) { send_text(message.dump()); }
    /// The next message. Throws when the connection has ended.
    std::string text();
    Json read() { return Json::parse(text()); }
    /// Reads up to the end, throwing messages away.
    End end();
    /// Reads up to the end; all events of all messages but statuses.
    std::vector<Json> events_until_end();
    /// So many events, from as many messages as it takes.
    std::vector<Json> events(std::size_t count);
    /// Closes, with a close frame.
    void close();
    /// Pings and pongs that came with what was read, such as "ping:text".
    const std::vector<std::string>& controls() const;

    /// Says hello, authenticates and subscribes; reads the answers.
    void join(std::string_view subscriptions, std::string_view key = "KEY");

private:
    bool next(std::string& text, End& end);
    struct Connection;
    std::unique_ptr<Connection> connection_;
};

Json status(std::string_view name, std::string_view message);
Json auth(std::string_view key);
Json subscribe(std::string_view pairs);

/// A simulator by the text of its options.
inline SimulatorOptions options(std::string_view query) {
    return SimulatorOptions::parse(query);
}
/// What the control endpoint answers.
inline Json control(Simulator& simulator, std::string_view request) {
    return Json::parse(simulator.control(request));
}

struct HttpReply {
    int status = 0;
    std::string body;
    std::string retry_after;
    bool complete = true;  ///< else the connection ended in its middle
    Json json() const { return Json::parse(body); }
};
HttpReply http(std::string_view method, const std::string& url, const std::string& bearer = "",
               const std::string& authority = "");
/// With a key that is good.
inline HttpReply get(const std::string& url) {
    return http("GET", url, "KEY");
}

}  // namespace tsflow::massive_sim::testing
