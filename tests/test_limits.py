from bot.chat.limits import AllowList, Guard


def test_too_many_waiting_is_a_flood_until_they_are_dealt_with() -> None:
    guard = Guard(most_waiting=3)
    assert [guard.admit(7, 0.0, 0.0) for _ in range(5)] == [True, True, True, False, False]
    assert guard.admit(8, 0.0, 0.0)
    for _ in range(5):
        guard.release(7)
    assert guard.admit(7, 0.0, 0.0)


def test_a_fast_sender_is_let_in_at_the_pace_of_the_refill() -> None:
    guard = Guard(burst=2)

    def send(at: float) -> bool:
        admitted = guard.admit(7, at, 0.0)
        guard.release(7)
        return admitted

    assert [send(at) for at in (0.0, 0.1, 0.2, 0.3, 1.3, 1.4)] == [True, True, False, False, True, False]


def test_a_backlog_written_over_hours_is_no_flood() -> None:
    guard = Guard(burst=2)
    admitted = []
    for n in range(6):
        admitted.append(guard.admit(7, 0.0, 1_700_000_000.0 + 600 * n))
        guard.release(7)
    assert admitted == [True] * 6


def test_a_flood_is_told_once_and_the_next_one_again() -> None:
    guard = Guard(most_waiting=1)
    for at in (0.0, 100.0):
        assert [guard.admit(7, at, 0.0) for _ in range(3)] == [True, False, False]
        assert [guard.tell(7), guard.tell(7)] == [True, False]
        for _ in range(3):
            guard.release(7)


def test_the_allow_list_admits_by_person_or_chat() -> None:
    assert AllowList().admits(1, None)
    assert AllowList((7,)).admits(-100, 7)
    assert AllowList((-100,)).admits(-100, 8)
    assert not AllowList((7,)).admits(-100, 8)
