#pragma once

#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "calendar/calendar.hpp"
#include "indicators/price.hpp"
#include "minute.hpp"
#include "tsflow/state.hpp"
#include "tsflow/symbol.hpp"
#include "tsflow/time.hpp"

namespace tsflow::feed_quality {

/// What is remembered of each symbol for as long as its trading day lasts.
class SeenSymbols {
public:
    /// A bar of the minute that begins at `start`; `before` is what it replaces, or null.
    void add(Timestamp start, const market::Moment& moment, const Entry& entry,
             const Entry* before);
    /// The volume of the day by all bars so far, and what was traded before the first of them on the day
    /// on which the first bar of all came.
    market::Shares day_volume(Date date, Symbol symbol) const;
    /// Calls `visit` for each symbol that had a bar in this session at or before `start`.
    template <class Visit>
    void each_since(const market::Moment& moment, Timestamp start, Visit visit) const {
        const auto found = sessions_.find({moment.trade_date, moment.session});
        if (found == sessions_.end()) {
            return;
        }
        for (std::size_t code = 0; code < found->second.size(); ++code) {
            if (found->second[code] <= start) {
                visit(Symbol::from_code(static_cast<std::int32_t>(code)));
            }
        }
    }
    void forget_before(const market::Moment& moment);

    void save(StateWriter& state) const;
    void restore(StateReader& state);

private:
    struct Day {
        Timestamp first = Timestamp::max();  ///< minute of the earliest bar
        market::Shares before = 0;           ///< of the day, ahead of that bar
        market::Shares sum = 0;              ///< of all bars
    };

    // Vectors are by the symbol's code.
    std::map<Date, std::vector<Day>> days_;
    std::map<std::pair<Date, market::Session>, std::vector<Timestamp>>
        sessions_;                    ///< first minutes
    std::optional<Date> first_date_;  ///< of all bars: that day may have begun before them
};

}  // namespace tsflow::feed_quality
