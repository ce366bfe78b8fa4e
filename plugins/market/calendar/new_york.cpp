#include "new_york.hpp"

#include <date/tz.h>

#include <algorithm>
#include <iterator>
#include <stdexcept>

#include "tsflow/error.hpp"

namespace tsflow::market {

using std::chrono::sys_seconds;

NewYork::NewYork(Date first, Date last) {
    constexpr std::chrono::days margin{2};
    try {
        const date::time_zone& zone = *date::locate_zone("America/New_York");
        const sys_seconds end{last + margin};
        for (sys_seconds time{first - margin}; time < end;) {
            const date::sys_info info = zone.get_info(time);
            offsets_.push_back({time, info.offset});
            time = info.end;
        }
    } catch (const std::runtime_error& error) {
        throw Error(std::string{"the system has no time zone data of America/New_York ("} +
                    error.what() + "); install the package tzdata");
    }
}

Timestamp NewYork::at(Date date, std::chrono::minutes time) const {
    const sys_seconds local = sys_seconds{date} + time;
    const auto later = std::upper_bound(offsets_.begin() + 1, offsets_.end(), local,
                                        [](sys_seconds shown, const Offset& offset) {
                                            return shown < offset.from + offset.offset;
                                        });
    return local - std::prev(later)->offset;
}

}  // namespace tsflow::market
