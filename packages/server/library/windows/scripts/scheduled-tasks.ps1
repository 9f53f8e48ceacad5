# Disables scheduled tasks before patching, enables them again, or tells their states.
# Facts: disabledTasks (how many of them are disabled afterwards).
# Exit codes: 0 done, 1 at least one could not be changed, 2 a parameter is wrong, 4 there is no such task, and nothing
# was changed.
Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'

function Publish-Fact([string] $Name, [string] $Value) {
    if ([string]::IsNullOrEmpty($env:PATCHBAY_FACTS)) { return }
    # This method writes UTF-8 without a byte order mark.
    [System.IO.File]::AppendAllText($env:PATCHBAY_FACTS, $Name + '=' + ($Value -replace '[\r\n]+', ' ') + "`n")
}

function Stop-Script([int] $Code, [string] $Message) {
    [Console]::Error.WriteLine($Message)
    exit $Code
}

$action = [string] $env:PATCHBAY_ACTION
$names = @(([string] $env:PATCHBAY_TASKS).Split(';') | ForEach-Object { $_.Trim() } | Where-Object { $_ -ne '' })
if (@('status', 'disable', 'enable') -notcontains $action) {
    Stop-Script 2 "PATCHBAY_ACTION must be status, disable or enable, not '$action'"
}
if ($names.Count -eq 0) { Stop-Script 2 'PATCHBAY_TASKS is missing' }

$all = @{}
Get-ScheduledTask | ForEach-Object { $all[$_.TaskPath + $_.TaskName] = $_ }
foreach ($name in $names) {
    if (-not $all.ContainsKey($name)) { Stop-Script 4 "there is no scheduled task '$name'" }
}
$code = 0
$disabled = 0
foreach ($name in $names) {
    $task = $all[$name]
    try {
        if ($action -eq 'disable') { $task = Disable-ScheduledTask -InputObject $task }
        if ($action -eq 'enable') { $task = Enable-ScheduledTask -InputObject $task }
    }
    catch {
        [Console]::Error.WriteLine("could not $action ${name}: $($_.Exception.Message)")
        $code = 1
    }
    Write-Output "$name is $($task.State)."
    if ("$($task.State)" -eq 'Disabled') { $disabled += 1 }
}
Publish-Fact 'disabledTasks' "$disabled"
exit $code
