#include "rows/delivered_file.hpp"

#include <fstream>
#include <optional>
#include <string>
#include <system_error>

#include "tsflow/error.hpp"

namespace tsflow::massive {

void write_delivered(const std::filesystem::path& file, const Delivered& delivered) {
    const std::filesystem::path fresh = file.string() + ".new";
    std::ofstream out(fresh, std::ios::trunc);
    for (const auto& [channel, time] : delivered) {
        out << wire_name(channel) << ' ' << time.time_since_epoch().count() << '\n';
    }
    out.close();
    std::error_code error;
    if (out) {
        std::filesystem::rename(fresh, file, error);
    }
    if (!out || error) {
        throw Error("cannot write '" + file.string() + "'" +
                    (error ? ": " + error.message() : std::string{}));
    }
}

Delivered read_delivered(const std::filesystem::path& file) {
    Delivered delivered;
    std::ifstream in(file);
    std::string name;
    for (std::int64_t time = 0; in >> name >> time;) {
        if (const auto channel = market::massive::channel_of(name)) {
            delivered.emplace_back(*channel, Timestamp{Duration{time}});
        }
    }
    return delivered;
}

}  // namespace tsflow::massive
