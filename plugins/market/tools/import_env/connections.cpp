#include "connections.hpp"

#include <algorithm>
#include <charconv>
#include <set>
#include <string_view>

#include "toml_text.hpp"

namespace tsflow::import_env {

namespace {

constexpr std::string_view prefix = "WEBSOCKET_CONNECTION_";

std::string key(long number, const char* what) {
    return std::string{prefix} + std::to_string(number) + "_" + what;
}

/// The words between commas and blanks, each once.
std::vector<std::string> words(const std::string& text) {
    constexpr const char* separators = ", \t;";
    std::vector<std::string> found;
    for (std::size_t at = text.find_first_not_of(separators); at != std::string::npos;) {
        const std::size_t end = std::min(text.find_first_of(separators, at), text.size());
        const std::string word = text.substr(at, end - at);
        if (std::find(found.begin(), found.end(), word) == found.end()) {
            found.push_back(word);
        }
        at = text.find_first_not_of(separators, end);
    }
    return found;
}

Connection read_one(Settings& settings, long number) {
    Connection connection;
    connection.number = number;
    connection.name =
        settings.text(key(number, "NAME")).value_or("connection_" + std::to_string(number));
    const auto enabled = settings.flag(key(number, "ENABLED"));
    connection.enabled = enabled.value_or(false);
    if (!enabled) {
        connection.notes.push_back(key(number, "ENABLED") + " is not set, so it is off.");
    }
    connection.universe = settings.text(key(number, "UNIVERSE_KEY")).value_or("");
    const std::string symbols_key = key(number, "SYMBOLS");
    connection.symbols = words(settings.text(symbols_key).value_or(""));
    if (!connection.universe.empty() && !connection.symbols.empty()) {
        connection.symbols.clear();
        settings.ignore(symbols_key, "its connection has a universe, which comes first");
    }
    return connection;
}

}  // namespace

std::vector<long> connection_numbers(const Settings& settings) {
    std::set<long> numbers;
    for (const auto& [name, value] : settings.variables()) {
        if (!name.starts_with(prefix)) {
            continue;
        }
        long number = 0;
        const char* end = name.data() + name.size();
        const auto [stop, error] = std::from_chars(name.data() + prefix.size(), end, number);
        if (error == std::errc{} && number > 0 && stop != end && *stop == '_') {
            numbers.insert(number);
        }
    }
    return {numbers.begin(), numbers.end()};
}

std::vector<Connection> read_connections(Settings& settings, long max_connections) {
    std::vector<Connection> connections;
    std::set<std::string> names;
    long enabled = 0;
    for (const long number : connection_numbers(settings)) {
        Connection connection = read_one(settings, number);
        if (!names.insert(connection.name).second) {
            connection.notes.push_back("Another connection is named " +
                                       toml_string(connection.name) + " already.");
            connection.name += "_" + std::to_string(number);
            names.insert(connection.name);
        }
        if (connection.enabled && ++enabled > max_connections) {
            connection.enabled = false;
            connection.notes.push_back(key(number, "ENABLED") +
                                       " is true, but WEBSOCKET_CONNECTIONS_MAX allows " +
                                       std::to_string(max_connections) + ".");
        }
        if (connection.enabled && connection.universe.empty() && connection.symbols.empty()) {
            connection.notes.emplace_back(
                "Neither a universe nor symbols are set, so it gets the default tickers.");
        }
        connections.push_back(std::move(connection));
    }
    return connections;
}

std::string to_toml(const Connection& connection) {
    std::string toml = "[[sources.massive.connections]]\n";
    for (const std::string& note : connection.notes) {
        toml += comment(note);
    }
    toml += "name = " + toml_string(connection.name) + "\n";
    if (!connection.universe.empty()) {
        toml += "universe = " + toml_string(connection.universe) + "\n";
    }
    if (!connection.symbols.empty()) {
        toml += toml_list("symbols", connection.symbols);
    }
    if (!connection.enabled) {
        toml += "enabled = false\n";
    }
    return toml;
}

}  // namespace tsflow::import_env
