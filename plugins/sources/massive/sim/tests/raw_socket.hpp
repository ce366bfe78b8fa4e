#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace tsflow::massive_sim::testing {

/// A TCP connection to a simulator, for what no library would send.
class RawSocket {
public:
    /// `url`: any of the simulator's.
    explicit RawSocket(const std::string& url);
    ~RawSocket();

    void send(std::string_view bytes);
    /// Reads until the end or until `bytes` came; throws beyond a deadline.
    std::string read(std::size_t bytes);
    /// Reads until the text has come.
    std::string read_until(std::string_view text);
    /// Reads until the end.
    std::string read_all() { return read(std::string::npos); }
    /// Whether nothing comes for a moment.
    bool is_silent();

    /// Asks for a websocket and reads the answer's head.
    void upgrade();

private:
    struct Connection;
    std::unique_ptr<Connection> connection_;
};

}  // namespace tsflow::massive_sim::testing
