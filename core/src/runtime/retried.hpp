#pragma once

#include <utility>

#include "runtime/retry.hpp"
#include "runtime/running_node.hpp"

namespace tsflow {

template <class Call>
bool RunningNode::retried(Call&& call) {
    Backoff backoff(plan_.spec.retry);
    for (;;) {
        std::string passing;
        const bool ended = guarded([&] {
            try {
                call();
            } catch (const RetryableError& error) {
                passing = error.what();
                if (passing.empty()) {
                    passing = "a passing failure without a message";
                }
            }
        });
        if (passing.empty()) {
            return ended;
        }
        if (!wait_before_retry(backoff, passing)) {
            return false;
        }
    }
}

}  // namespace tsflow
