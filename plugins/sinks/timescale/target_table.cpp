#include "target_table.hpp"

#include "connection.hpp"

namespace tsflow::timescale {

const char* wire_type(Type type) noexcept {
    switch (type) {
        case Type::boolean:
            return "boolean";
        case Type::int64:
            return "bigint";
        case Type::float64:
            return "double precision";
        case Type::timestamp:
            return "timestamp with time zone";
        case Type::date:
            return "date";
        default:
            return "text";
    }
}

std::string quoted_table(const std::string& name) {
    const std::size_t dot = name.find('.');
    if (dot == std::string::npos) {
        // Not left to the search path: for a user named tsflow that leads to this sink's own schema.
        return "\"public\"." + Connection::quoted(name);
    }
    return Connection::quoted(name.substr(0, dot)) + "." + Connection::quoted(name.substr(dot + 1));
}

}  // namespace tsflow::timescale
