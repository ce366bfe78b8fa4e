#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "tsflow/time.hpp"

namespace tsflow::massive {

/// Where a websocket is served.
struct Endpoint {
    bool tls = true;
    std::string host;
    std::string port;
    std::string target = "/";       ///< path and query
    std::filesystem::path ca_file;  ///< PEM; empty: the system's certificates
    /// Without a frame or pong for so long the connection is dead; a ping goes out after half of it.
    Duration liveness = std::chrono::seconds{30};

    /// Of `wss://host[:port]/path` or `ws://…`; throws ConfigError that says what is wrong.
    static Endpoint parse(std::string_view url);
};

/// What a socket tells, on the loop's thread. Nothing follows `on_closed`.
class SocketListener {
public:
    /// The websocket's handshake is done.
    virtual void on_open() = 0;
    /// One whole message. `bytes` is valid during the call.
    virtual void on_frame(std::string_view bytes) = 0;
    /// Nothing more has arrived: the frames so far are all that can be had now.
    virtual void on_drained() = 0;
    /// The connection is over, or was never made; `why` is for people.
    virtual void on_closed(std::string_view why) = 0;

protected:
    ~SocketListener() = default;
};

/// One websocket connection; the loop's thread only. Destroying it drops the connection and ends the
/// calls to its listener.
class Socket {
public:
    virtual ~Socket() = default;
    /// Queues a text message.
    virtual void send(std::string message) = 0;
    /// Says goodbye with a close frame; `on_closed` follows, after at most some seconds.
    virtual void close() = 0;
};

/// The thread that the feed's sockets and timers run on. An interface, so that what decides is tested
/// with a loop that has neither sockets nor a clock.
class Loop {
public:
    using Task = std::function<void()>;
    using TimerId = std::uint64_t;

    virtual ~Loop() = default;
    /// Runs `task` on the loop's thread, soon; any thread may call.
    virtual void post(Task task) = 0;
    /// Runs `task` once after `delay`, unless cancelled; the loop's thread only.
    virtual TimerId after(Duration delay, Task task) = 0;
    virtual void cancel(TimerId timer) = 0;
    /// Begins to connect. The listener must outlive the socket.
    virtual std::unique_ptr<Socket> connect(const Endpoint& endpoint, SocketListener& listener) = 0;
};

/// A loop on a thread of its own.
class ThreadLoop : public Loop {
public:
    /// Ends the thread; sockets must be gone.
    virtual void stop() = 0;
};
std::unique_ptr<ThreadLoop> make_thread_loop();

}  // namespace tsflow::massive
