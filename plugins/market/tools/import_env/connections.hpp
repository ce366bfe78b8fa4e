#pragma once

#include <string>
#include <vector>

#include "settings.hpp"

namespace tsflow::import_env {

/// One of the numbered connections.
struct Connection {
    long number = 0;
    std::string name;
    bool enabled = false;
    std::string universe;
    std::vector<std::string> symbols;
    std::vector<std::string> notes;  ///< what was decided, for comments
};

/// The numbers n for which there is a variable WEBSOCKET_CONNECTION_n_…, ascending.
std::vector<long> connection_numbers(const Settings& settings);

/// All of them, with at most `max_connections` enabled and names that differ.
std::vector<Connection> read_connections(Settings& settings, long max_connections);

/// What a pipeline file says of one.
std::string to_toml(const Connection& connection);

}  // namespace tsflow::import_env
