// What is kept of a day's bars gives back the same bars, however small it is, and is kept once for all.

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <random>
#include <utility>
#include <vector>

#include "session/minutes.hpp"
#include "session/shared_chunks.hpp"
#include "tsflow/state.hpp"

using namespace tsflow;
using namespace tsflow::market;

namespace {

MinuteBar bar_of(double open, double high, double low, double close, double volume) {
    return {open, high, low, close, to_shares(volume), no_notional};
}

MinuteBar with_average(MinuteBar bar, double average) {
    bar.notional = nearest(average * to_volume(bar.volume) * shares_unit);
    return bar;
}

MinuteBar random_bar(std::mt19937& random) {
    // From a cent to what only a few shares cost, so that some bars cannot be packed.
    const double price = std::pow(10.0, static_cast<double>(random() % 8)) * 0.01;
    const auto near = [&] {
        const double some = price * (1 + static_cast<double>(random() % 2000) / 1e6);
        return random() % 50 == 0 ? some : to_usd(to_ticks(some));
    };
    const double volume = random() % 3 == 0 ? static_cast<double>(random() % 1000) / 8
                                            : static_cast<double>(random() % 1'000'000'000);
    const double open = near();
    const double close = near();
    const MinuteBar bar = bar_of(open, std::max(open, close), std::min(open, close), close, volume);
    return random() % 2 == 0 ? bar : with_average(bar, near());
}

void fill(Minutes& minutes, Slot slot, int count, double price) {
    MinuteBar old;
    for (int minute = 0; minute < count; ++minute) {
        minutes.put(slot, minute, bar_of(price, price + 0.01, price, price, 100 + minute), old);
    }
}

}  // namespace

TEST_CASE("a bar that is packed is the same when it is unpacked") {
    const auto same = [](const MinuteBar& bar) {
        const auto packed = PackedBar::pack(bar);
        return packed && packed->unpack() == bar;
    };
    CHECK(same(bar_of(133.9, 134.01, 133.9, 133.98, 3778)));
    CHECK(same(with_average(bar_of(133.9, 134.01, 133.9, 133.98, 3778), 133.9512)));
    CHECK(same(with_average(bar_of(10, 10, 10, 10, 0), 10)));
    CHECK(same(bar_of(0.0001, 0.0002, 0.0001, 0.0001, 9099.618093)));
    CHECK(same(bar_of(2000, 2003.2, 1999, 2000, 250'000'000)));
}

TEST_CASE("a bar that would lose anything is not packed") {
    CHECK_FALSE(PackedBar::pack(bar_of(10.00005, 10.01, 10, 10, 1)));
    CHECK_FALSE(PackedBar::pack(bar_of(10, 10, 10, 9.99999, 1)));
    CHECK_FALSE(PackedBar::pack(bar_of(2000, 2003.3, 2000, 2000, 1)));
    CHECK_FALSE(PackedBar::pack(bar_of(700'000, 700'000, 700'000, 700'000, 1)));
    CHECK_FALSE(PackedBar::pack(bar_of(10, 10, 10, 10, 300'000'000)));
    CHECK_FALSE(PackedBar::pack(with_average(bar_of(10, 10, 10, 10, 3000), 10.00001)));
}

TEST_CASE("bars in any order, replaced at random, are found as they came last") {
    std::mt19937 random(7);
    Minutes minutes;
    for (const char* ticker : {"A", "B", "C"}) {
        minutes.add(Symbol::intern(ticker));
    }
    std::map<std::pair<Slot, int>, MinuteBar> model;
    MinuteBar old;
    for (int i = 0; i < 6000; ++i) {
        const Slot slot = random() % 3;
        const int minute = static_cast<int>(random() % Minutes::most);
        const auto known = model.find({slot, minute});
        const MinuteBar bar =
            known != model.end() && random() % 4 == 0 ? known->second : random_bar(random);
        const Minutes::Put put = minutes.put(slot, minute, bar, old);
        if (known == model.end()) {
            REQUIRE(put == Minutes::Put::added);
        } else if (known->second == bar) {
            REQUIRE(put == Minutes::Put::repeated);
        } else {
            REQUIRE(put == Minutes::Put::replaced);
            REQUIRE(old == known->second);
        }
        model[{slot, minute}] = bar;
    }
    const auto check = [&](const Minutes& found) {
        for (Slot slot = 0; slot < 3; ++slot) {
            DaySoFar day;
            for (int minute = 0; minute < Minutes::most; ++minute) {
                const auto known = model.find({slot, minute});
                REQUIRE(found.has(slot, minute) == (known != model.end()));
                if (known == model.end()) {
                    REQUIRE_FALSE(found.find(slot, minute));
                    REQUIRE(found.volume(slot, minute) == 0);
                    continue;
                }
                REQUIRE(found.find(slot, minute) == known->second);
                REQUIRE(found.close(slot, minute) == known->second.close);
                REQUIRE(found.volume(slot, minute) == known->second.volume);
                day.append(minute, known->second);
            }
            const DaySoFar so_far = found.so_far(slot, Minutes::most);
            CHECK(so_far.bar() == day.bar());
            CHECK(so_far.notional == day.notional);
            CHECK(so_far.bars == day.bars);
        }
    };
    check(minutes);
    StateWriter saved;
    minutes.save(saved);
    Minutes restored;
    for (const char* ticker : {"A", "B", "C"}) {
        restored.add(Symbol::intern(ticker));
    }
    StateReader reader(saved.bytes());
    restored.restore(reader);
    check(restored);
}

TEST_CASE("nodes that hold equal bars hold them once") {
    const std::size_t before = SharedChunks::of_process().size();
    {
        Minutes one;
        Minutes other;
        for (Minutes* minutes : {&one, &other}) {
            minutes->add(Symbol::intern("A"));
            fill(*minutes, 0, 390, 20);
        }
        const std::size_t shared = SharedChunks::of_process().size() - before;
        CHECK(shared >= 23);
        CHECK(shared <= 25);

        // A correction is the business of the node that it came to.
        MinuteBar old;
        const MinuteBar corrected = bar_of(21, 21, 21, 21, 5);
        CHECK(one.put(0, 3, corrected, old) == Minutes::Put::replaced);
        CHECK(one.find(0, 3) == corrected);
        CHECK(other.find(0, 3)->close == 20);
        fill(one, 0, 390, 20);
        CHECK(one.find(0, 3) == other.find(0, 3));
        other.clear();
        CHECK(one.find(0, 100)->close == 20);
    }
    CHECK(SharedChunks::of_process().size() == before);
}
