#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "figures.hpp"
#include "indicators/history.hpp"
#include "indicators/relative_strength.hpp"
#include "indicators/stage.hpp"
#include "indicators/trend_template.hpp"
#include "indicators/weekly.hpp"
#include "session/day_so_far.hpp"

namespace tsflow::stages {

/// How stages and templates are told; made of the node's options.
struct Rules {
    market::StageConfig stage;
    market::TrendTemplateConfig trend;
    bool weekly = true;
    std::size_t strength_periods = 52;
    double volume_times = 2;
};

/// A change of stage, as the period that is over decided it.
struct Transition {
    market::Stage from = market::Stage::undetermined;
    market::Stage to = market::Stage::undetermined;
    std::int32_t periods = 0;  ///< that the old one lasted
};

/// What is remembered of one symbol from session to session; about 10 KB.
class SymbolStage {
public:
    explicit SymbolStage(const Rules& rules);

    /// Of the session that is running; without trades only what is committed. `c8` and what follows, up
    /// to the score, is not set: it takes the rating of a universe.
    Figures figures(const Rules& rules, Date day, const market::DaySoFar& today,
                    double benchmark) const;
    /// Puts what the end of the period has decided into figures that were made before.
    void set_committed(const Rules& rules, Figures& figures, bool period_over) const;
    /// A session is over.
    void commit(const Rules& rules, Date day, const market::DaySoFar& today);
    /// So is its period, for every symbol, whether it traded in the last session or not.
    std::optional<Transition> end_period(const Rules& rules, double benchmark);

    /// Whether there is enough history to tell a stage.
    bool eligible() const noexcept { return market::known(machine_.reading().slope); }
    market::Stage stage() const noexcept { return machine_.stage(); }

    void apply_split(double ratio);
    void apply_benchmark_split(double ratio) { mansfield_.apply_split(1 / ratio); }
    void save(StateWriter& state) const;
    void restore(StateReader& state);

private:
    void set_stage(Figures& figures) const;
    void set_flags(const Rules& rules, Figures& figures, const market::StageReading& reading) const;
    void set_template(const Rules& rules, Figures& figures, const market::DayBar& bar) const;

    market::StageMachine machine_;
    market::Mansfield mansfield_;
    double strength_before_ = market::unknown;  ///< of the period before the newest committed one
    market::WeekVolume volume_;
    market::Weeks weeks_;
    std::optional<market::DayBar>
        session_;  ///< by days: the one that was committed and is to be counted
    static constexpr std::array<std::size_t, 4> score_sessions{63, 126, 189, 252};

    market::CloseHistory closes_{252};
    market::PastCloses<score_sessions.size()> past_{score_sessions};
    market::CloseAverage average50_{50};
    market::CloseAverage average150_{150};
    market::CloseAverage average200_{200};
    market::Window<double> averages200_;  ///< of the newest sessions
    market::Highest high_{252};
    market::Lowest low_{252};
};

}  // namespace tsflow::stages
